/** One field of a mail's header, its value unfolded (RFC 5322 section 2.2.3) and not decoded. */
export interface HeaderField {
  /** Lower-cased. */
  readonly name: string;
  readonly value: string;
}

/** The fields as they stand in the mail: each hop puts its own on top. */
export type Header = readonly HeaderField[];

/** Octets and fields; what lies beyond is no header that a mail server wrote. */
const HEADER_LIMIT = 256 * 1024;
const FIELDS_LIMIT = 2000;
const FIELD = /^([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)$/s;

/** Reads the header of a raw mail. Lines that are no fields are passed over, as by a mail server. */
export function readHeader(source: Uint8Array): Header {
  const text = new TextDecoder().decode(source.subarray(0, HEADER_LIMIT));
  const fields: { name: string; value: string }[] = [];
  let open: { name: string; value: string } | undefined;
  for (const line of linesOf(text)) {
    if (line === '' || fields.length > FIELDS_LIMIT) break;
    if (/^[ \t]/.test(line)) {
      if (open !== undefined) open.value += ` ${line.trim()}`;
      continue;
    }
    const [, name, value] = FIELD.exec(line) ?? [];
    open = name === undefined || value === undefined ? undefined : { name: name.toLowerCase(), value: value.trim() };
    if (open !== undefined) fields.push(open);
  }
  return fields;
}

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    yield text.slice(from, end === -1 ? text.length : end).replace(/\r$/, '');
    from = end === -1 ? text.length : end + 1;
  }
}

/** The values of all fields with this name, topmost first. */
export function valuesOf(header: Header, name: string): string[] {
  return header.flatMap((field) => (field.name === name ? [field.value] : []));
}

/** An address (RFC 5322 section 3.4.1) without blanks around its `@`; what is quoted in a local part stays quoted. */
const ADDRESS = /^(?:"(?:[^"\\]|\\.)*"|[^\s"<>(),:;@[\]\\]+)@[^\s"<>(),:;@]+$/u;

/**
 * The addresses in a list (RFC 5322 section 3.4), lower-cased: what stands in angle brackets, else the item itself. Names, quoted or
 * not, and comments are never taken for an address, whatever they look like.
 */
export function addressesIn(list: string): string[] {
  const addresses: string[] = [];
  let [item, inBrackets] = ['', false];
  let bracketed: string[] = [];
  const endItem = (): void => {
    const candidates = bracketed.length > 0 ? bracketed : [item.trim()];
    addresses.push(...candidates.filter((one) => ADDRESS.test(one)).map((one) => one.toLowerCase()));
    [item, inBrackets, bracketed] = ['', false, []];
  };
  for (const token of tokensOf(list)) {
    if (token.startsWith('(')) continue;
    if (token === '<') {
      [item, inBrackets] = ['', true];
    } else if (token === '>' && inBrackets) {
      bracketed.push(item.trim());
      [item, inBrackets] = ['', false];
    } else if (!inBrackets && (token === ',' || token === ';')) {
      endItem();
    } else if (token === ':' && !inBrackets) {
      // The name of a group (RFC 5322 section 3.4) ends.
      item = '';
    } else {
      item += token;
    }
  }
  endItem();
  return addresses;
}

/** Quoted strings and comments whole, everything else a character at a time. */
function* tokensOf(list: string): Generator<string> {
  for (let at = 0; at < list.length; ) {
    const token = list[at] === '"' ? quotedAt(list, at) : list[at] === '(' ? commentAt(list, at) : (list[at] ?? '');
    yield token;
    at += token.length;
  }
}

function quotedAt(text: string, from: number): string {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return text.slice(from, at + 1);
  }
  return text.slice(from);
}

function commentAt(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return text.slice(from, at + 1);
  }
  return text.slice(from);
}

/** The text without its comments (RFC 5322 section 3.2.2). */
export function withoutComments(text: string): string {
  return [...tokensOf(text)].map((token) => (token.startsWith('(') ? ' ' : token)).join('');
}
