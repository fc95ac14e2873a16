import { type MimePart, parseMime } from './mime-structure.ts';

export interface StoredMail {
  readonly uid: number;
  readonly raw: Buffer;
  readonly internalDate: Date;
  readonly flags: Set<string>;
}

/** A session that has a folder selected. */
export interface Watcher {
  changed(): void;
  /** Called for each mail that goes, with its sequence number at that time, before `changed`. */
  expunged(sequence: number): void;
}

/** One folder of one user: its mails by sequence, and who looks at it. */
export class Folder {
  readonly name: string;
  readonly mails: StoredMail[] = [];
  readonly watchers = new Set<Watcher>();
  uidValidity: number;
  uidNext = 1;

  constructor(name: string, uidValidity: number) {
    this.name = name;
    this.uidValidity = uidValidity;
  }

  add(raw: Buffer, internalDate: Date): StoredMail {
    const mail: StoredMail = { uid: this.uidNext, raw, internalDate, flags: new Set() };
    this.uidNext += 1;
    this.mails.push(mail);
    return mail;
  }

  /** Takes the next UID for a mail that nobody sees until it is shown, whatever has come meanwhile. */
  withhold(raw: Buffer, internalDate: Date): () => void {
    const mail: StoredMail = { uid: this.uidNext, raw, internalDate, flags: new Set() };
    this.uidNext += 1;
    return () => {
      this.mails.push(mail);
      this.mails.sort((a, b) => a.uid - b.uid);
      this.ring();
    };
  }

  expunge(uid: number): void {
    const at = this.mails.findIndex((mail) => mail.uid === uid);
    if (at < 0) return;
    this.mails.splice(at, 1);
    for (const watcher of this.watchers) watcher.expunged(at + 1);
    this.ring();
  }

  ring(): void {
    for (const watcher of this.watchers) watcher.changed();
  }
}

export interface Account {
  readonly name: string;
  readonly password: string;
  readonly folders: Map<string, Folder>;
}

/** Parsed when it is first asked for: most mails of a load test never are. */
const parsed = new WeakMap<StoredMail, MimePart>();
export function mimeOf(mail: StoredMail): MimePart {
  let part = parsed.get(mail);
  if (part === undefined) {
    part = parseMime(mail.raw);
    parsed.set(mail, part);
  }
  return part;
}

/** Which positions a sequence set names (RFC 3501 section 9, sequence-set), `*` being the last. */
export function inSet(set: string, last: number): (value: number) => boolean {
  const ranges = set.split(',').map((range) => {
    const [from = 0, to = from] = range.split(':').map((end) => (end === '*' ? last : Number(end)));
    return [Math.min(from, to), Math.max(from, to)] as const;
  });
  return (value) => ranges.some(([from, to]) => value >= from && value <= to);
}
