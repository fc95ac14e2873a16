import { Failure } from '@otterpost/contracts/failure';

/** One record, with the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell in quotes with `""` for a quote, or up to the next comma or line end (RFC 4180); then what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|((?!")[^,\r\n]*))(,|\r?\n|$)/y;

/**
 * The records of a CSV text; empty lines are none.
 *
 * @throws Failure `invalid_request` where text stands behind a closing quote, or a quote is never closed.
 */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let begun = 1;
  const body = text.replace(/^\uFEFF/, '');
  for (let at = 0; at <= body.length; ) {
    CELL.lastIndex = at;
    const found = CELL.exec(body);
    if (found === null) throw new Failure('invalid_request', { detail: `The quotes of line ${line} do not fit (RFC 4180)` });
    const [whole, quoted, plain, end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    at += whole.length;
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: begun, cells });
    cells = [];
    begun = line;
    if (end === '') break;
  }
  return records;
}
