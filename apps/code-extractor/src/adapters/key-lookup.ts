import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Keys change seldom, and a sender's next mail comes soon. */
const KEEP_MS = 10 * 60_000;
const MOST_KEPT = 1000;
const TIMEOUT_MS = 500;
/** The resolver tries each server twice, with growing patience. */
const DEADLINE_MS = 2000;
/** DNS that does not answer is left alone so long; then one lookup in the background tells whether it is back. */
const AWAY_MS = 30_000;
const NOT_ANSWERING = new Set(['ETIMEOUT', 'ECONNREFUSED', 'ECANCELLED']);

/** TXT records of a name, each in its pieces, as `dns.resolveTxt` gives them. */
export type KeyLookup = (name: string, type: string) => Promise<string[][]>;

/**
 * Asks DNS for keys. Where it cannot be reached, only the first who asks waits for that: the others are told at once
 * (`ETIMEOUT`), for a mail must not wait for what may never come.
 */
export function createKeyLookup(servers: readonly string[] | undefined): KeyLookup {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  if (servers !== undefined) resolver.setServers([...servers]);
  const kept = new Map<string, { readonly records: string[][]; readonly until: number }>();
  let awayUntil: number | undefined;

  async function ask(name: string): Promise<string[][]> {
    try {
      const records = await Promise.race([resolver.resolveTxt(name), notBefore(DEADLINE_MS)]);
      awayUntil = undefined;
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
      kept.set(name, { records, until: performance.now() + KEEP_MS });
      return records;
    } catch (error) {
      awayUntil = NOT_ANSWERING.has((error as NodeJS.ErrnoException).code ?? '') ? performance.now() + AWAY_MS : undefined;
      throw error;
    }
  }

  return async (name, type) => {
    if (type !== 'TXT') throw new Error(`Keys are TXT records, not ${type}`);
    const known = kept.get(name);
    if (known !== undefined && known.until > performance.now()) return known.records;
    if (awayUntil === undefined) return ask(name);
    if (awayUntil < performance.now()) {
      awayUntil = performance.now() + AWAY_MS;
      ask(name).catch(() => undefined);
    }
    throw notAnswering();
  };
}

async function notBefore(deadlineMs: number): Promise<never> {
  await sleep(deadlineMs, undefined, { ref: false });
  throw notAnswering();
}

function notAnswering(): Error {
  return Object.assign(new Error('DNS does not answer'), { code: 'ETIMEOUT' });
}
