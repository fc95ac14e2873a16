import type { Extraction } from '@otterpost/contracts/extraction';

import type { UnderstoodMail } from './understand-mail.ts';

/** What people are told of a mail that was read as a dry run. */
export function toExtraction({ finding, ...understood }: UnderstoodMail, tookMs: number): Extraction {
  const { kind, code, link, confidence, expiresIn, candidates } = finding;
  const { site, recipient, forwarded, authenticity } = understood;
  return {
    ...{ kind, code, link, confidence, site, recipient, forwarded, authenticity, expiresIn },
    candidates: candidates.map((candidate) => ({ ...candidate, reasons: [...candidate.reasons] })),
    tookMs: Number(tookMs.toFixed(3)),
  };
}
