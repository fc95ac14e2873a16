const [CR, LF, DASH, SPACE, TAB] = [0x0d, 0x0a, 0x2d, 0x20, 0x09];
const LINE_OF_DASHES = Buffer.from('\n--');

/** A place in a mail's tree of parts, while its lines are read. */
export interface Entity {
  readonly parent: Entity | undefined;
  readonly depth: number;
  /** As IMAP numbers parts (RFC 9051 section 6.4.5.1); empty for the mail itself. */
  readonly number: string;
  /** One of several forms of the same (RFC 2046 section 5.1.4). */
  readonly isAlternative: boolean;
  /** What its parts are separated by; undefined for what has none, and once its closing delimiter was met. */
  boundary: Buffer | undefined;
  holdsAlternatives: boolean;
  children: number;
}

/** A line that begins the next part of an entity or ends its parts (RFC 2046 section 5.1.1). */
export interface Delimiter {
  readonly of: Entity;
  readonly closes: boolean;
  /** Where what stands before it ends, without the line end that belongs to the delimiter. */
  readonly from: number;
  readonly after: number;
}

export function enclose(parent: Entity | undefined): Entity {
  if (parent !== undefined) parent.children += 1;
  return {
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    number: parent === undefined ? '' : [parent.number, parent.children].filter(Boolean).join('.'),
    isAlternative: parent !== undefined && (parent.isAlternative || parent.holdsAlternatives),
    boundary: undefined,
    holdsAlternatives: false,
    children: 0,
  };
}

/** The first delimiter at or after this place, of the entity itself or of one around it. */
export function nextDelimiter(mail: Buffer, from: number, entity: Entity): Delimiter | undefined {
  for (let line = startsWithDashes(mail, from) ? from : next(mail, from); line !== undefined; line = next(mail, line)) {
    const delimiter = delimiterAt(mail, line, entity);
    if (delimiter !== undefined) return { ...delimiter, from: Math.max(from, delimiter.from) };
  }
  return undefined;
}

/** Where a header ends and what follows begins; with the delimiter, where one cuts the header short. */
export function readHead(mail: Buffer, from: number, entity: Entity): { end: number; after: number; delimiter?: Delimiter } {
  for (let line = from; line < mail.length; ) {
    const delimiter = startsWithDashes(mail, line) ? delimiterAt(mail, line, entity) : undefined;
    if (delimiter !== undefined) return { end: line, after: line, delimiter };
    const after = lineAfter(mail, line);
    if (mail[line] === LF || (mail[line] === CR && mail[line + 1] === LF)) return { end: line, after };
    line = after;
  }
  return { end: mail.length, after: mail.length };
}

function next(mail: Buffer, from: number): number | undefined {
  const found = mail.indexOf(LINE_OF_DASHES, from);
  return found === -1 ? undefined : found + 1;
}

function startsWithDashes(mail: Buffer, at: number): boolean {
  return mail[at] === DASH && mail[at + 1] === DASH;
}

function lineAfter(mail: Buffer, from: number): number {
  const end = mail.indexOf(LF, from);
  return end === -1 ? mail.length : end + 1;
}

function delimiterAt(mail: Buffer, line: number, entity: Entity): Delimiter | undefined {
  for (let of: Entity | undefined = entity; of !== undefined; of = of.parent) {
    const end = of.boundary === undefined ? undefined : endOf(mail, line, of.boundary);
    if (end !== undefined) return { of, closes: end.closes, from: beforeLineEnd(mail, line), after: lineAfter(mail, line) };
  }
  return undefined;
}

/** Two dashes, the boundary, perhaps two more, and blanks that some relay added. */
function endOf(mail: Buffer, line: number, boundary: Buffer): { closes: boolean } | undefined {
  let at = line + 2;
  if (mail.compare(boundary, 0, boundary.length, at, Math.min(at + boundary.length, mail.length)) !== 0) return undefined;
  at += boundary.length;
  const closes = startsWithDashes(mail, at);
  if (closes) at += 2;
  while (mail[at] === SPACE || mail[at] === TAB) at += 1;
  return at >= mail.length || mail[at] === LF || mail[at] === CR ? { closes } : undefined;
}

function beforeLineEnd(mail: Buffer, line: number): number {
  const end = mail[line - 1] === LF ? line - 1 : line;
  return mail[end - 1] === CR ? end - 1 : end;
}
