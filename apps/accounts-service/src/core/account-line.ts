import { parseProxy } from './proxy.ts';

/** `plain`: only `\:` is an escape and blanks at the ends are dropped; `exact`: after the line `#otterpost lines 1`, any password survives. */
export type LineDialect = 'plain' | 'exact';

export interface AccountEntry {
  readonly email: string;
  readonly password: string;
  /** A URL as `parseProxy` makes it. */
  readonly proxy: string | null;
}

export type ReadLine =
  | { readonly kind: 'account'; readonly account: AccountEntry }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'rejected'; readonly code: LineFault; readonly message: string; readonly text: string };

type LineFault = 'email_invalid' | 'password_missing' | 'proxy_invalid' | 'escape_unknown' | 'line_too_long';

/** Far beyond any login; a longer line is another kind of file. */
const LONGEST_LINE = 8192;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const MEANT: Readonly<Record<string, string>> = { '\\': '\\', ':': ':', '#': '#', n: '\n', r: '\r' };

/**
 * Reads `email:password[:proxy]`, or the same with another separator. A third part that is no proxy rejects the line: it is never
 * taken into the password.
 */
export function readAccountLine(line: string, dialect: LineDialect, separator = ':'): ReadLine {
  const text = dialect === 'plain' ? line.trim() : line;
  if (text.trim() === '' || text.startsWith('#')) return { kind: 'skipped' };
  if (text.length > LONGEST_LINE) return rejected(text, 'line_too_long', `A line has at most ${LONGEST_LINE} characters`);

  const [rawEmail = '', rawPassword = '', rawProxy] = splitLine(text, dialect, separator);
  const [email, password] = [readEscapes(rawEmail, dialect, separator), readEscapes(rawPassword, dialect, separator)];
  if (email === undefined || password === undefined) {
    return rejected(text, 'escape_unknown', 'After a backslash comes one of \\ : # n r; write a backslash itself as \\\\');
  }
  if (!EMAIL.test(email))
    return rejected(text, 'email_invalid', `A line begins with an email address, then ${nameOf(separator)}`);
  if (password === '') return rejected(text, 'password_missing', `A password follows the first ${nameOf(separator)}`);
  if (rawProxy === undefined) return { kind: 'account', account: { email, password, proxy: null } };

  const proxy = parseProxy(rawProxy);
  if (proxy.kind === 'proxy') return { kind: 'account', account: { email, password, proxy: proxy.url } };
  const mend = `If that ${nameOf(separator)} belongs to the password, write it as \\${separator}`;
  return rejected(text, 'proxy_invalid', `What follows the second ${nameOf(separator)} is no proxy: ${proxy.message}. ${mend}`);
}

/** The line of the exact dialect that reads as this account again. */
export function writeAccountLine({ email, password, proxy }: AccountEntry): string {
  const login = `${writeEscapes(email).replace(/^#/, '\\#')}:${writeEscapes(password)}`;
  return proxy === null ? login : `${login}:${proxy}`;
}

/** At the first two separators that no backslash escapes; what follows the second stays whole. */
function splitLine(text: string, dialect: LineDialect, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length && parts.length < 2; at += 1) {
    const isEscaped = text[at] === '\\' && (dialect === 'exact' || text.startsWith(separator, at + 1));
    if (isEscaped) at += separator.length;
    else if (text.startsWith(separator, at)) {
      parts.push(text.slice(from, at));
      from = at + separator.length;
      at = from - 1;
    }
  }
  return [...parts, text.slice(from)];
}

function nameOf(separator: string): string {
  return { ':': 'colon', ';': 'semicolon', '|': 'bar', '\t': 'tab' }[separator] ?? separator;
}

function readEscapes(text: string, dialect: LineDialect, separator: string): string | undefined {
  if (dialect === 'plain') return text.replaceAll(`\\${separator}`, separator);
  if (/\\(?![\\:#nr])/.test(text.replaceAll('\\\\', ''))) return undefined;
  return text.replace(/\\(.)/g, (_, mark: string) => MEANT[mark] ?? mark);
}

function writeEscapes(text: string): string {
  return text.replace(/[\\:]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** What may be the email that the line begins with, and nothing behind it. */
const SHOWN = /^[^\s@:;|,]+@[\p{L}\p{N}.-]*[\p{L}\p{N}](?=$|[\s:;|,]|----)/u;

function rejected(text: string, code: LineFault, message: string): ReadLine {
  const [email = ''] = SHOWN.exec(text.slice(0, 400)) ?? [];
  return { kind: 'rejected', code, message, text: email !== '' && email.length <= 254 ? `${email}:***` : '***' };
}
