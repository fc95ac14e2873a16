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

/** A text as it stands in a mail (RFC 2045). */
export interface EncodedText {
  /** Lower-cased, such as `text/html`. */
  readonly type: string;
  /** Lower-cased; what is neither `base64` nor `quoted-printable` is as it is. */
  readonly encoding: string;
  readonly charset: string | undefined;
  /** `format=flowed` with its `delsp` (RFC 3676). */
  readonly flowed: { readonly deletesSpace: boolean } | undefined;
  readonly content: Uint8Array;
}
