/** A mail or a part of one, as IMAP speaks of it: where its header ends, what it is, and what lies in it. */
export interface MimePart {
  readonly headers: ReadonlyMap<string, string>;
  readonly header: Buffer;
  readonly body: Buffer;
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly parts: readonly MimePart[];
}

export function parseMime(raw: Buffer): MimePart {
  const end = raw.indexOf('\r\n\r\n');
  const header = end < 0 ? raw : raw.subarray(0, end + 4);
  const body = end < 0 ? Buffer.alloc(0) : raw.subarray(end + 4);
  const headers = parseHeaders(header.toString('latin1'));
  const [mediaType = 'text/plain', ...rest] = (headers.get('content-type') ?? 'text/plain').split(';');
  const [type = 'text', subtype = 'plain'] = mediaType.trim().toLowerCase().split('/');
  const parameters = new Map(rest.flatMap(toParameter));
  const boundary = parameters.get('boundary');
  const parts = type === 'multipart' && boundary !== undefined ? splitParts(body, boundary).map(parseMime) : [];
  return { headers, header, body, type, subtype, parameters, parts };
}

function parseHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function toParameter(text: string): [string, string][] {
  const [, name, value] = /^\s*([^=\s]+)\s*=\s*"?([^"]*)"?\s*$/.exec(text) ?? [];
  return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
}

function splitParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  const marker = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(marker); at >= 0; ) {
    const from = body.indexOf('\r\n', at) + 2;
    const next = body.indexOf(marker, from);
    if (next < 0 || from < 2) break;
    parts.push(body.subarray(from, next - 2));
    at = next;
  }
  return parts;
}

/** `BODYSTRUCTURE` (RFC 3501 section 7.4.2), without MD5, location and language. */
export function toBodyStructure(part: MimePart): string {
  if (part.parts.length > 0) {
    return `(${part.parts.map(toBodyStructure).join('')} ${quote(part.subtype)} ${parameterList(part.parameters)} NIL NIL NIL)`;
  }
  const encoding = part.headers.get('content-transfer-encoding') ?? '7bit';
  const lines = part.type === 'text' ? ` ${part.body.toString('latin1').split('\r\n').length}` : '';
  const id = quoteOrNil(part.headers.get('content-id'));
  const fields = [
    quote(part.type),
    quote(part.subtype),
    parameterList(part.parameters),
    id,
    'NIL',
    quote(encoding),
    String(part.body.length),
  ];
  return `(${fields.join(' ')}${lines} NIL ${dispositionOf(part)} NIL NIL)`;
}

function dispositionOf({ headers }: MimePart): string {
  const [kind, ...rest] = (headers.get('content-disposition') ?? '').split(';');
  return kind === undefined || kind === ''
    ? 'NIL'
    : `(${quote(kind.trim())} ${parameterList(new Map(rest.flatMap(toParameter)))})`;
}

/** `ENVELOPE` (RFC 3501 section 7.4.2). */
export function toEnvelope({ headers }: MimePart): string {
  const from = addressList(headers.get('from'));
  const or = (name: string): string => (headers.has(name) ? addressList(headers.get(name)) : from);
  return `(${[
    quoteOrNil(headers.get('date')),
    quoteOrNil(headers.get('subject')),
    from,
    or('sender'),
    or('reply-to'),
    addressList(headers.get('to')),
    addressList(headers.get('cc')),
    addressList(headers.get('bcc')),
    quoteOrNil(headers.get('in-reply-to')),
    quoteOrNil(headers.get('message-id')),
  ].join(' ')})`;
}

function addressList(value: string | undefined): string {
  const addresses = (value ?? '').split(',').flatMap((one) => {
    const [, name, local, host] = /^\s*(.*?)\s*<?([^<>@\s]+)@([^<>\s]+?)>?\s*$/.exec(one) ?? [];
    return local === undefined || host === undefined
      ? []
      : [`(${quoteOrNil(name === '' ? undefined : name)} NIL ${quote(local)} ${quote(host)})`];
  });
  return addresses.length === 0 ? 'NIL' : `(${addresses.join('')})`;
}

function parameterList(parameters: ReadonlyMap<string, string>): string {
  return parameters.size === 0
    ? 'NIL'
    : `(${[...parameters].map(([name, value]) => `${quote(name)} ${quote(value)}`).join(' ')})`;
}

export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

function quoteOrNil(text: string | undefined): string {
  return text === undefined ? 'NIL' : quote(text);
}

/** The part of a number like `1.2` (RFC 3501 section 6.4.5); a mail that is no multipart has the one part 1. */
export function findPart(mail: MimePart, number: string): MimePart | undefined {
  let part: MimePart | undefined = mail;
  for (const step of number.split('.')) {
    if (part !== undefined && !(part.parts.length === 0 && step === '1')) part = part.parts[Number(step) - 1];
  }
  return part;
}
