import { Failure } from '@otterpost/contracts/failure';
import type { ImportFormat } from '@otterpost/contracts/imports';

import { type AccountColumns, readHeader } from './account-columns.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** How a file is to be read. */
export interface FileShape {
  readonly encoding: Encoding;
  readonly format: ImportFormat;
  /** What parts the fields: of lines any of `SEPARATORS`, of CSV the delimiter. */
  readonly separator: string;
  /** Of CSV. */
  readonly columns: AccountColumns | null;
  /** Whether the file is of one group or names its groups. */
  readonly kind: 'group' | 'groups';
}

/** As much of the file's beginning as is looked at. */
const LOOKED_AT_BYTES = 64 * 1024;
/** Lines that are asked which separator they use. */
const SAMPLE_LINES = 100;
const SEPARATED = /^[^\s@]+@[^\s@:;|,]*?(?<separator>----|[:;|,]|\t)/;
const FORMATS: Readonly<Record<string, ImportFormat>> = {
  ':': 'lines',
  ';': 'semicolon_lines',
  '|': 'pipe_lines',
  '\t': 'tab_lines',
  '----': 'dash_lines',
};
/** Files that people take for text, by their first bytes. */
const OTHERS: readonly [string, string][] = [
  ['PK\x03\x04', 'a ZIP archive or a spreadsheet: unpack it, or save the sheet as CSV'],
  ['\x1f\x8b', 'a gzip archive: unpack it'],
  ['%PDF', 'a PDF'],
  ['\xd0\xcf\x11\xe0', 'an old spreadsheet: save it as CSV'],
];
const EXACT = /^#otterpost lines 1\s*$/;

/**
 * Tells from the first bytes of a file how it is to be read; nothing is guessed.
 *
 * @throws Failure `import_empty`, `import_not_text`, `import_format_unknown`, `import_line_too_long`
 */
export function recognizeFile(bytes: Uint8Array): FileShape {
  const head = bytes.subarray(0, LOOKED_AT_BYTES);
  const encoding = recognizeEncoding(head);
  const text = decodeHead(head, encoding);
  const isCut = bytes.length > head.length;
  const lines = text.split(/\r?\n/).slice(0, isCut ? -1 : undefined);
  const first = lines.find((line) => line.trim() !== '') ?? text.slice(0, 1000);
  if (text.trim() === '' && !isCut) throw new Failure('import_empty', { detail: 'The file is empty: choose another' });
  if (EXACT.test(lines[0] ?? '')) return toShape(encoding, 'otterpost_lines', ':');
  if (/^\s*[[{]/.test(first)) return { ...toShape(encoding, 'otterpost_json', ''), kind: kindOfJson(text) };
  if (isCut && lines.length === 0)
    throw new Failure('import_line_too_long', {
      detail: 'The first line has more than 64 KiB: an account, or the names of the columns, stands on a line of its own',
    });
  const header = readHeader(first);
  if (header !== undefined) return { encoding, ...header };
  return toShape(encoding, ...recognizeLines(lines));
}

function toShape(encoding: Encoding, format: ImportFormat, separator: string): FileShape {
  return { encoding, format, separator, columns: null, kind: 'group' };
}

function recognizeEncoding(head: Uint8Array): Encoding {
  const start = Buffer.from(head.subarray(0, 8)).toString('latin1');
  const other = OTHERS.find(([mark]) => start.startsWith(mark));
  if (other !== undefined) throw new Failure('import_not_text', { detail: `The file is ${other[1]}` });
  if (start.startsWith('\xff\xfe')) return 'utf-16le';
  if (start.startsWith('\xfe\xff')) return 'utf-16be';
  // An email in UTF-16 without a mark has a NUL beside each of its letters.
  if (/^[^\0]\0[^\0]\0/.test(start)) return 'utf-16le';
  if (/^\0[^\0]\0[^\0]/.test(start)) return 'utf-16be';
  return 'utf-8';
}

function decodeHead(head: Uint8Array, encoding: Encoding): string {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    if (text.includes('\0')) throw new Failure('import_not_text', { detail: 'The file holds NUL bytes: it is no text' });
    return text;
  } catch (cause) {
    throw cause instanceof Failure ? cause : notDecoded(encoding, cause);
  }
}

export function notDecoded(encoding: Encoding, cause: unknown): Failure {
  return new Failure('import_not_text', {
    detail: `The file is not valid ${encoding.toUpperCase()}: save it as UTF-8, and import it again`,
    cause,
  });
}

function kindOfJson(text: string): FileShape['kind'] {
  const { kind } = /^\s*\{\s*"kind"\s*:\s*"(?<kind>[^"]*)"/.exec(text)?.groups ?? {};
  if (kind === 'account-groups') return 'groups';
  if (kind === 'account-group') return 'group';
  throw new Failure('import_format_unknown', {
    detail: 'The JSON is none of ours: an export begins with {"kind": "account-group" or "account-groups"',
  });
}

function recognizeLines(lines: readonly string[]): [ImportFormat, string] {
  const counts = new Map<string, number>();
  const told = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  for (const line of told.slice(0, SAMPLE_LINES)) {
    const { separator } = SEPARATED.exec(line.trim())?.groups ?? {};
    if (separator !== undefined) counts.set(separator, (counts.get(separator) ?? 0) + 1);
  }
  const [[separator, count] = ['', 0], [, second] = ['', 0]] = [...counts].sort(([, one], [, other]) => other - one);
  const format = FORMATS[separator];
  if (format !== undefined && count > second) return [format, separator];
  throw new Failure('import_format_unknown', {
    detail:
      count > 0 && count === second
        ? 'The lines are parted in several ways alike: use one of : ; | tab or ---- throughout'
        : 'Neither lines email:password[:proxy] nor CSV with a known header: its first line is to name email,password,proxy',
  });
}
