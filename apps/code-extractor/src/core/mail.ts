/** A mail as its reader sees it. */
export interface ReadableMail {
  readonly subject: string;
  /** What is shown, line by line, normalized. */
  readonly lines: readonly string[];
  readonly links: readonly Link[];
}

export interface Link {
  readonly href: string;
  /** What the reader clicks on. */
  readonly text: string;
}
