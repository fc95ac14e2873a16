import type { Receipt } from '@otterpost/contracts/tickets';

/** One line of the show. */
export interface Row {
  readonly site: string;
  readonly recipient: string;
  readonly got: string;
  readonly right: boolean;
  /** From the mail server's EXISTS to the worker's answer; null for a code typed by hand or a mail without one. */
  readonly totalMs: number | null;
  readonly hops: string;
}

const COLUMNS = [
  { title: 'site', width: 20 },
  { title: 'recipient', width: 24 },
  { title: 'the worker got', width: 40 },
  { title: 'ms', width: 7 },
] as const;

export const HEADER = `${COLUMNS.map(({ title, width }) => title.padEnd(width)).join(' ')} notice+fetch / publish / read / assign / answer`;

export function toLine(row: Row): string {
  const cells = [
    row.site,
    row.recipient,
    `${row.right ? '✓' : '✗'} ${row.got}`,
    row.totalMs === null ? '–' : row.totalMs.toFixed(1),
  ];
  return `${cells.map((cell, at) => toWidth(cell, COLUMNS[at]?.width ?? 0)).join(' ')} ${row.hops}`;
}

function toWidth(cell: string, width: number): string {
  return cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
}

/** How long each hop took, in milliseconds, from the server's EXISTS to the worker's answer. */
export function toHops(receipt: Receipt, existsAt: number, answeredAt: number): string {
  const times = [receipt.fetchedAt, receipt.publishedAt, receipt.extractedAt, receipt.assignedAt];
  const marks = [existsAt, ...times.map((time) => (time === null ? Number.NaN : Date.parse(time))), answeredAt];
  return marks
    .slice(1)
    .map((mark, at) => Math.max(0, mark - (marks[at] ?? mark)))
    .map((ms) => (Number.isNaN(ms) ? '–' : ms.toFixed(0)))
    .join(' / ');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
