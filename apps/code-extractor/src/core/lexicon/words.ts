/**
 * What one language says around codes. Each field is a list, parted by commas: `word` stands alone, `stem*` begins a word, `*end` ends one,
 * `*part*` stands anywhere in it. In scripts that write words together (`isUnspaced`) every entry may stand anywhere.
 */
export interface Words {
  /** The thing to type: code, PIN, one-time password. */
  readonly code: string;
  /** Names the reader's code without another word: OTP, passcode. */
  readonly passcode?: string;
  /** Digits, characters, number: a code only where the reader is told to type them. */
  readonly digits?: string;
  /** To prove who one is or what one wants: verify, confirm, log in, one-time, security, access. Alone it opens nothing. */
  readonly proof: string;
  /** To type it. */
  readonly enter?: string;
  /** Presents it: here is, your. */
  readonly given?: string;
  /** What has codes and numbers of its own, wherever the mail speaks of it: orders, parcels, pick-up, discounts, bookings, meetings. */
  readonly other: string;
  /** Names another number right beside it: case, customer, phone, card. */
  readonly label?: string;
  /** Tells what has happened already, or that others did something: it asks for nothing. */
  readonly happened?: string;
  /** Password: a link to choose a new one proves who opens it. */
  readonly password?: string;
  /** Valid, expires. */
  readonly valid?: string;
  readonly minutes?: string;
  readonly hours?: string;
  /** Share, tell, nobody, ignore. */
  readonly secret?: string;
  /** "If it was not you": what follows is for others than the one who asked. */
  readonly denied?: string;
}

export type Lexicon = Readonly<Record<string, Words>>;
