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

/** Reads `email:password[:proxy]`. A third part that is no proxy rejects the line: it is never taken into the password. */
export function readAccountLine(line: string, dialect: LineDialect): ReadLine {
  const text = dialect === 'plain' ? line.trim() : line;
  if (text.trim() === '' || text.startsWith('#')) return { kind: 'skipped' };
  if (text.length > LONGEST_LINE) return rejected(text, 'line_too_long', `A line has at most ${LONGEST_LINE} characters`);

  const [rawEmail = '', rawPassword = '', rawProxy] = splitLine(text, dialect);
  const [email, password] = [readEscapes(rawEmail, dialect), readEscapes(rawPassword, dialect)];
  if (email === undefined || password === undefined) {
    return rejected(text, 'escape_unknown', 'After a backslash comes one of \\ : # n r; write a backslash itself as \\\\');
  }
  if (!EMAIL.test(email)) return rejected(text, 'email_invalid', 'A line begins with an email address and a colon');
  if (password === '') return rejected(text, 'password_missing', 'A password follows the first colon');
  if (rawProxy === undefined) return { kind: 'account', account: { email, password, proxy: null } };

  const proxy = parseProxy(rawProxy);
  if (proxy.kind === 'proxy') return { kind: 'account', account: { email, password, proxy: proxy.url } };
  const mend = 'If that colon belongs to the password, write it as \\:';
  return rejected(text, 'proxy_invalid', `What follows the second colon is no proxy: ${proxy.message}. ${mend}`);
}

/** The line of the exact dialect that reads as this account again. */
export function writeAccountLine({ email, password, proxy }: AccountEntry): string {
  const login = `${writeEscapes(email).replace(/^#/, '\\#')}:${writeEscapes(password)}`;
  return proxy === null ? login : `${login}:${proxy}`;
}

/** At the first two colons that no backslash escapes; what follows the second stays whole. */
function splitLine(text: string, dialect: LineDialect): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length && parts.length < 2; at += 1) {
    const isEscaped = text[at] === '\\' && (dialect === 'exact' || text[at + 1] === ':');
    if (isEscaped) at += 1;
    else if (text[at] === ':') {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function readEscapes(text: string, dialect: LineDialect): string | undefined {
  if (dialect === 'plain') return text.replaceAll('\\:', ':');
  if (/\\(?![\\:#nr])/.test(text.replaceAll('\\\\', ''))) return undefined;
  return text.replace(/\\(.)/g, (_, mark: string) => MEANT[mark] ?? mark);
}

function writeEscapes(text: string): string {
  return text.replace(/[\\:]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function rejected(text: string, code: LineFault, message: string): ReadLine {
  const [first = ''] = splitLine(text, 'plain');
  return { kind: 'rejected', code, message, text: EMAIL.test(first) && first.length <= 254 ? `${first}:***` : '***' };
}
