import type { AddedAccounts } from '@otterpost/contracts/accounts';
import type { ImportFormat } from '@otterpost/contracts/imports';

/** An entry that was not taken in: where it stands, what may be shown of it, and why. */
export type RejectedEntry = AddedAccounts['rejected'][number];

const WHY = /^(?:# )?line (?<line>\d+): (?<code>\w+): (?<message>.*)$/s;
/** What may be the email that an entry begins with, and nothing behind it. */
const EMAIL = /^[^\s@:;|,]+@[\p{L}\p{N}.-]*[\p{L}\p{N}](?=$|[\s:;|,]|----)/u;
/** A cell of RFC 4180 and what ends it. */
const CELL = /(?:"(?<quoted>[^"]*(?:""[^"]*)*)"|(?<bare>[^",\r\n]*))(?<end>,|\r\n)/y;

/** Reads the file of `GET /v1/imports/:id/rejected` as it comes: each entry is shown by its email alone. */
export function readRejectedEntries(
  file: AsyncIterable<Uint8Array>,
  format: ImportFormat,
): AsyncGenerator<RejectedEntry, void, undefined> {
  return format.endsWith('lines') ? fromLines(decode(file)) : fromRows(decode(file));
}

/** After each remark that says why stands the line that it speaks of. */
async function* fromLines(texts: AsyncIterable<string>): AsyncGenerator<RejectedEntry, void, undefined> {
  let why: Omit<RejectedEntry, 'text'> | undefined;
  for await (const line of linesOf(texts)) {
    if (why !== undefined) yield { ...why, text: maskSecrets(line.trim()) };
    why = why === undefined ? readWhy(line) : undefined;
  }
}

/** The last cell of each row says why; the header's is named `error`. */
async function* fromRows(texts: AsyncIterable<string>): AsyncGenerator<RejectedEntry, void, undefined> {
  let emailAt = 0;
  for await (const cells of rowsOf(texts)) {
    const why = readWhy(cells.at(-1) ?? '');
    if (why === undefined) emailAt = cells.indexOf('email');
    else yield { ...why, text: maskSecrets(cells[emailAt] ?? '') };
  }
}

function readWhy(text: string): Omit<RejectedEntry, 'text'> | undefined {
  const { line, code = '', message = '' } = WHY.exec(text)?.groups ?? {};
  return line === undefined ? undefined : { line: Number(line), code, message };
}

function maskSecrets(entry: string): string {
  const [email] = EMAIL.exec(entry) ?? [];
  return email === undefined ? '***' : `${email}:***`;
}

async function* decode(file: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const bytes of file) yield decoder.decode(bytes, { stream: true });
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

async function* rowsOf(texts: AsyncIterable<string>): AsyncGenerator<string[], void, undefined> {
  let [rest, row]: [string, string[]] = ['', []];
  for await (const text of texts) {
    rest += text;
    let from = 0;
    for (let cell = cellAt(rest, from); cell !== undefined; cell = cellAt(rest, from)) {
      row.push(cell.text);
      from = cell.next;
      if (!cell.isLast) continue;
      yield row;
      row = [];
    }
    rest = rest.slice(from);
  }
}

/** Undefined until the whole of the cell has come. */
function cellAt(text: string, from: number): { text: string; next: number; isLast: boolean } | undefined {
  CELL.lastIndex = from;
  const { quoted, bare = '', end } = CELL.exec(text)?.groups ?? {};
  if (end === undefined) return undefined;
  return { text: quoted?.replaceAll('""', '"') ?? bare, next: CELL.lastIndex, isLast: end !== ',' };
}
