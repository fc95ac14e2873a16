/** One line of a table: what was measured, and its figures. */
export type Figures = Readonly<Record<string, string | number>>;
