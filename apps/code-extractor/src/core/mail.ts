/** A mail as its reader sees it. */
export interface ReadableMail {
  /** The sender's address, lower-cased; null when there is none. */
  readonly from: string | null;
  readonly subject: string;
  /** Addresses by the header they stand in, in the order of the headers. */
  readonly recipients: Readonly<Record<RecipientHeader, readonly string[]>>;
  /** What is shown, line by line, normalized. */
  readonly lines: readonly string[];
  readonly links: readonly Link[];
}

export interface Link {
  readonly href: string;
  /** What the reader clicks on. */
  readonly text: string;
}

export const RECIPIENT_HEADERS = ['x-forwarded-for', 'x-original-to', 'delivered-to', 'envelope-to', 'to', 'cc'] as const;
export type RecipientHeader = (typeof RECIPIENT_HEADERS)[number];
