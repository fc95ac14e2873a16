import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { Failure } from '@otterpost/contracts/failure';
import { JSONParser } from '@streamparser/json';
import { CsvError, parse } from 'csv-parse';

import { chainChecksum, type Digest, type NamedGroup } from '../core/account-file.ts';
import { type FileShape, notDecoded } from '../core/import-format.ts';
import { type ImportRecord, recordOfCells, recordOfLine, recordOfValue } from '../core/import-record.ts';

const RECORDS_AT_ONCE = 1000;
const LONGEST_ROW_BYTES = 1024 * 1024;
const PATHS = ['$.groups.*.name', '$.groups.*.site', '$.groups.*.accounts.*', '$.counts', '$.checksum'];

export const digest: Digest = (text) => createHash('sha256').update(text).digest('hex');

/**
 * The entries of a file, some at a time, as they stand in it.
 *
 * @throws Failure `import_not_text`, `import_corrupt`
 */
export function readImport(shape: FileShape, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ImportRecord[], void, undefined> {
  const texts = decode(shape, pieces);
  if (shape.columns !== null) return readRows(shape, texts);
  return shape.format === 'otterpost_json' ? readJson(texts) : readLines(shape, texts);
}

async function* decode({ encoding }: FileShape, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const piece of pieces) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? notDecoded(encoding, error) : error;
  }
}

async function* readLines(
  { format, separator }: FileShape,
  texts: AsyncIterable<string>,
): AsyncGenerator<ImportRecord[], void, undefined> {
  const dialect = format === 'otterpost_lines' ? 'exact' : 'plain';
  let [line, records]: [number, ImportRecord[]] = [0, []];
  for await (const text of linesOf(texts)) {
    const record = recordOfLine(text, ++line, dialect, separator);
    if (record !== undefined) records.push(record);
    if (records.length < RECORDS_AT_ONCE) continue;
    // Some at a time: what is held until a whole piece is read outlives the collector's first rounds.
    yield records;
    records = [];
  }
  yield records;
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of texts) {
    const whole = rest + text;
    let from = 0;
    for (let end = whole.indexOf('\n'); end !== -1; end = whole.indexOf('\n', from)) {
      yield whole.slice(from, whole[end - 1] === '\r' && end > from ? end - 1 : end);
      from = end + 1;
    }
    rest = whole.slice(from);
  }
  yield rest;
}

interface Row {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

async function* readRows(
  { columns, format, separator }: FileShape,
  texts: AsyncIterable<string>,
): AsyncGenerator<ImportRecord[], void, undefined> {
  if (columns === null) return;
  const parser = parse({
    delimiter: separator,
    from: 2,
    info: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW_BYTES,
  });
  // Its error comes out of the parser, which is destroyed with it.
  pipeline(Readable.from(texts), parser).catch(() => undefined);
  let records: ImportRecord[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      const line = info.lines - record.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
      records.push(recordOfCells(record, line, columns, format === 'otterpost_csv'));
      if (records.length < RECORDS_AT_ONCE) continue;
      yield records;
      records = [];
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new Failure('import_corrupt', {
      detail: `The quotes of line ${String(cause.lines ?? '?')} are not closed, or the row is too long: the file may be cut`,
    });
  }
  yield records;
}

async function* readJson(texts: AsyncIterable<string>): AsyncGenerator<ImportRecord[], void, undefined> {
  const found: ImportRecord[] = [];
  const [group, counts] = [
    { name: '', site: '' },
    { groups: 0, accounts: 0 },
  ];
  let [checksum, said, saidCounts]: [string, unknown, unknown] = ['', undefined, undefined];
  const parser = new JSONParser({ paths: PATHS, keepStack: false });
  parser.onValue = ({ value, key, stack }) => {
    const take = (named: NamedGroup): void => {
      counts.groups += 1;
      checksum = chainChecksum(digest, checksum, named);
      found.push({ line: counts.accounts + 1, group: named, content: { kind: 'group' } });
    };
    if (key === 'checksum') said = value;
    else if (key === 'counts') saidCounts = value;
    else if (stack.length === 3 && key === 'name') group.name = String(value);
    else if (stack.length === 3 && key === 'site') {
      group.site = String(value);
      take({ ...group });
    } else {
      counts.accounts += 1;
      const { email, password, proxy = null, session, sessionText } = Object(value) as Record<string, unknown>;
      const text = sessionText ?? (session == null ? null : JSON.stringify(session));
      checksum = chainChecksum(digest, checksum, { email, password, proxy, session: text } as never);
      found.push(recordOfValue(value, counts.accounts, { ...group }));
    }
  };
  try {
    for await (const text of texts) {
      if (text !== '') parser.write(text);
      yield found.splice(0);
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    // The parser's own words quote the text.
    throw corrupt('The JSON is not well formed');
  }
  if (!parser.isEnded) throw corrupt('The JSON ends before its end');
  if (said !== undefined && said !== checksum) throw corrupt('The checksum does not fit what the file says');
  if (saidCounts !== undefined && JSON.stringify(saidCounts) !== JSON.stringify(counts))
    throw corrupt('The file holds another number of accounts than it says');
}

function corrupt(what: string): Failure {
  return new Failure('import_corrupt', { detail: `${what}: it was cut or changed. Export it anew, or import its lines instead` });
}
