import type { Authenticity } from '@otterpost/contracts/extraction';

import { type IsAligned, isFromItsServer, parseAuthenticationResults, verdictOf } from './authentication-results.ts';
import { type Header, valuesOf } from './header.ts';
import type { Sender } from './sender.ts';

/** What became of a signature: `temporary` when its key could not be asked for. */
export type SignatureOutcome = 'pass' | 'fail' | 'temporary';

export interface SignatureReport {
  /** Each `DKIM-Signature` by its `d=`, lower-cased. */
  readonly signatures: readonly { readonly domain: string; readonly outcome: SignatureOutcome; readonly isWeak: boolean }[];
  /** The whole ARC chain is intact (RFC 8617 section 5.2), and its newest signature covers what people read. */
  readonly isChainIntact: boolean;
}

/** Verifies the mail's own signatures by the keys in DNS; never fails. */
export type VerifySignatures = (source: Uint8Array) => Promise<SignatureReport>;

export interface Judgement {
  readonly authenticity: Authenticity;
  /** Nothing is known only because DNS did not answer: a later try may tell more. */
  readonly isTemporary: boolean;
}

export interface Judging {
  readonly isAligned: IsAligned;
  /** Undefined where DNS may not be asked. */
  readonly verify: VerifySignatures | undefined;
  /** Who is believed what it saw before it passed a mail on (RFC 8617), domains in lower case. */
  readonly arcSealers: ReadonlySet<string>;
}

export interface JudgedMail {
  readonly source: Uint8Array;
  /** `source` is all of the mail: signatures cover its end too. */
  readonly isWhole: boolean;
  readonly header: Header;
  readonly sender: Sender;
  readonly authservId: string | null;
}

export type JudgeAuthenticity = (mail: JudgedMail) => Promise<Judgement>;

/** More would be made to keep the verifier, and DNS, busy. */
const MOST_SIGNATURES = 10;
const MOST_SEALS = 10;

/**
 * Whether the mail is truly of the domain in its `From`: first by what the mailbox's own provider stamped when it took the mail, and only by
 * the topmost stamp, since all below may have come with the mail; then by the mail's own signatures.
 */
export function createJudgeAuthenticity({ isAligned, verify, arcSealers }: Judging): JudgeAuthenticity {
  return async ({ source, isWhole, header, sender, authservId }) => {
    if (valuesOf(header, 'from').length === 0) return UNKNOWN;
    const { domain } = sender;
    // People are shown one of two senders or subjects, and a signature may cover the other.
    if (domain === null || valuesOf(header, 'subject').length > 1) return FAIL;
    const aligned = (other: string): boolean => isAligned(other, domain);
    const stamped = readStamp(header, authservId);
    const said = stamped === undefined ? 'unknown' : verdictOf(stamped, domain, isAligned);
    if (said === 'fail') return FAIL;
    if (said === 'pass' && stamped !== undefined) {
      return isFromItsServer(stamped, domain, isAligned) || !hasOnlyWeakSignatures(header, aligned) ? PASS : FAIL;
    }
    const signatures = valuesOf(header, 'dkim-signature').length;
    const seals = valuesOf(header, 'arc-seal').length;
    if (verify === undefined || !isWhole || signatures > MOST_SIGNATURES || seals > MOST_SEALS || signatures + seals === 0)
      return UNKNOWN;
    const report = await verify(source);
    const own = report.signatures.filter((one) => aligned(one.domain));
    if (own.some(({ outcome, isWeak }) => outcome === 'pass' && !isWeak)) return PASS;
    const sealed = report.isChainIntact ? readSealed(header, arcSealers) : undefined;
    const passedOn = sealed === undefined ? 'unknown' : verdictOf(sealed, domain, isAligned);
    if (passedOn === 'pass') return PASS;
    if (own.some(({ outcome }) => outcome === 'temporary')) return { authenticity: 'unknown', isTemporary: true };
    return own.length > 0 || passedOn === 'fail' ? FAIL : UNKNOWN;
  };
}

const PASS: Judgement = { authenticity: 'pass', isTemporary: false };
const FAIL: Judgement = { authenticity: 'fail', isTemporary: false };
const UNKNOWN: Judgement = { authenticity: 'unknown', isTemporary: false };

function readStamp(header: Header, authservId: string | null) {
  const [topmost] = valuesOf(header, 'authentication-results');
  if (topmost === undefined || authservId === null) return undefined;
  const stamp = parseAuthenticationResults(topmost);
  return stamp.authservId === authservId.toLowerCase() ? stamp : undefined;
}

/** What the first of a chain of trusted servers saw. One that nobody trusts could have written all that it sealed. */
function readSealed(header: Header, arcSealers: ReadonlySet<string>) {
  const sealers = valuesOf(header, 'arc-seal').map((seal) => tagsOf(seal).get('d')?.toLowerCase() ?? '');
  if (sealers.length === 0 || sealers.some((sealer) => !arcSealers.has(sealer))) return undefined;
  const first = valuesOf(header, 'arc-authentication-results').find((value) => /^\s*i\s*=\s*1\s*;/.test(value));
  return first === undefined ? undefined : parseAuthenticationResults(first.slice(first.indexOf(';') + 1));
}

/** Each signature of this domain leaves something of what people read uncovered; false when there is none. */
function hasOnlyWeakSignatures(header: Header, aligned: (domain: string) => boolean): boolean {
  const own = valuesOf(header, 'dkim-signature')
    .map(tagsOf)
    .filter((tags) => aligned(tags.get('d')?.toLowerCase() ?? ''));
  return own.length > 0 && own.every(isWeak);
}

/**
 * With `l=` anybody may append to the body, and without From and Subject in `h=` anybody may write those (RFC 6376 sections 8.2 and 8.15);
 * the mail would still verify.
 */
function isWeak(tags: ReadonlyMap<string, string>): boolean {
  const signed = (tags.get('h') ?? '').toLowerCase().split(':');
  return tags.has('l') || !signed.includes('from') || !signed.includes('subject');
}

/** `tag=value; …` (RFC 6376 section 3.2), blanks left out. */
export function tagsOf(value: string): Map<string, string> {
  return new Map(
    value.split(';').flatMap((tag): [string, string][] => {
      const at = tag.indexOf('=');
      return at === -1 ? [] : [[tag.slice(0, at).trim(), tag.slice(at + 1).replace(/\s+/g, '')]];
    }),
  );
}
