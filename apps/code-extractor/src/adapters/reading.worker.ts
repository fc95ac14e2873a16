import { parentPort, workerData } from 'node:worker_threads';

import type { ProjectedSite } from '@otterpost/contracts/site-requests';

import { createJudgeAuthenticity } from '../core/authenticity.ts';
import { SiteBook, toKnownSite } from '../core/site-book.ts';
import { createUnderstandMail, type FetchedSource, type MailboxFacts, type UnderstoodMail } from '../core/understand-mail.ts';
import { isAligned, toRegistrableDomain } from './alignment.ts';
import { createKeyLookup } from './key-lookup.ts';
import { compileRe2 } from './re2-pattern.ts';
import { readMail } from './read-mail.ts';
import { createSignatureVerifier } from './verify-signatures.ts';
import { warmUp } from './warm-up.ts';

/** How a thread reads; the same for all of a process. */
export interface ReadingOptions {
  readonly verifySignatures: boolean;
  /** The system's where undefined. */
  readonly dnsServers: readonly string[] | undefined;
  readonly arcSealers: readonly string[];
}

export type Task =
  | { readonly kind: 'read'; readonly id: number; readonly mail: FetchedSource; readonly mailbox: MailboxFacts }
  | { readonly kind: 'put'; readonly site: ProjectedSite }
  | { readonly kind: 'remove'; readonly slug: string };

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'understood'; readonly id: number; readonly understood: UnderstoodMail }
  | { readonly kind: 'failed'; readonly id: number; readonly error: unknown };

const { verifySignatures, dnsServers, arcSealers } = workerData as ReadingOptions;
const sites = new SiteBook();
const understand = createUnderstandMail({
  read: readMail,
  judge: createJudgeAuthenticity({
    isAligned,
    verify: verifySignatures ? createSignatureVerifier(createKeyLookup(dnsServers)) : undefined,
    arcSealers: new Set(arcSealers),
  }),
  sites,
  toRegistrableDomain,
});

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

async function take(task: Task): Promise<void> {
  if (task.kind === 'put') return sites.put(toKnownSite(task.site, compileRe2));
  if (task.kind === 'remove') return sites.remove(task.slug);
  const { id, mail, mailbox } = task;
  try {
    answer({ kind: 'understood', id, understood: await understand(mail, mailbox) });
  } catch (error) {
    answer({ kind: 'failed', id, error });
  }
}

await warmUp(understand);
parentPort?.on('message', take);
answer({ kind: 'ready' });
