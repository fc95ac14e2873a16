/** One line of a table: what was measured, and its figures. */
export type Figures = Readonly<Record<string, string | number>>;

/** The value below which that part of them lies, to a tenth. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN) * 10) / 10;
}
