import { setTimeout as sleep } from 'node:timers/promises';

import type { ARCData, DKIMResult } from 'mailauth';
import { arc } from 'mailauth/lib/arc/index.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';

import { type SignatureOutcome, type SignatureReport, tagsOf, type VerifySignatures } from '../core/authenticity.ts';
import { readHeader, valuesOf } from '../core/header.ts';
import type { KeyLookup } from './key-lookup.ts';

/** All lookups of one mail together. */
const DEADLINE_MS = 3000;

/** DKIM (RFC 6376, RFC 8301, RFC 8463) and ARC (RFC 8617), strictly. */
export function createSignatureVerifier(lookUp: KeyLookup): VerifySignatures {
  return async (source) => {
    const ended = new AbortController();
    const late = sleep(DEADLINE_MS, undefined, { signal: ended.signal }).then(
      () => allTemporary(source),
      () => allTemporary(source),
    );
    const report = await Promise.race([verify(source, lookUp).catch(() => allTemporary(source)), late]);
    ended.abort();
    return report;
  };
}

async function verify(source: Uint8Array, resolver: KeyLookup): Promise<SignatureReport> {
  const options = { resolver, strict: true, minBitLength: 1024 };
  const mail = await dkimVerify(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options);
  const { arc: data } = mail as { arc?: ARCData };
  const chain = data?.chain ? await arc(data, options) : undefined;
  return {
    signatures: mail.results.flatMap((result) =>
      result.signingDomain === undefined
        ? []
        : [{ domain: result.signingDomain.toLowerCase(), outcome: outcomeOf(result), isWeak: leavesUncovered(result) }],
    ),
    isChainIntact:
      chain?.status.result === 'pass' &&
      chain.signature !== undefined &&
      chain.signature !== false &&
      !leavesUncovered(chain.signature),
  };
}

function outcomeOf({ status }: DKIMResult): SignatureOutcome {
  if (status.result === 'pass') return 'pass';
  return status.result === 'temperror' ? 'temporary' : 'fail';
}

/** Part of the body (`l=`), the sender or the subject is not signed. */
function leavesUncovered({ canonBodyLengthLimited, signingHeaders }: DKIMResult): boolean {
  const signed = (signingHeaders?.keys ?? '').toLowerCase().split(': ');
  return canonBodyLengthLimited === true || !signed.includes('from') || !signed.includes('subject');
}

/** Nothing could be asked in time. */
function allTemporary(source: Uint8Array): SignatureReport {
  const domains = valuesOf(readHeader(source), 'dkim-signature').map((value) => tagsOf(value).get('d')?.toLowerCase() ?? '');
  return { signatures: domains.map((domain) => ({ domain, outcome: 'temporary', isWeak: false })), isChainIntact: false };
}
