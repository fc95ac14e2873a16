/**
 * Seals what goes into a stream, so that neither the server's disk nor its wire holds a mail or a code. Given by the
 * composition root; the subject is the associated data, so that a payload cannot be replayed on another subject.
 */
export interface PayloadSealer {
  seal(payload: Uint8Array, subject: string): Uint8Array;
  /** @throws Failure `unsealing_failed` when it was not sealed with a known key for this subject. */
  open(sealed: Uint8Array, subject: string): Uint8Array;
}
