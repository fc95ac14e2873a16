import { toFailure } from '@otterpost/contracts/failure';

import type { ImportRecord } from './import-record.ts';
import type { HeldImport, ImportWork } from './imports.ts';

/** Entries of one transaction, and the characters that they may bring: a session may have a million. */
const BATCH = 2000;
const BATCH_CHARACTERS = 4_000_000;

/**
 * Carries out imports: reads the file through, so that one that is cut or wrong changes nothing, then takes it in batch by batch.
 * Whoever takes over an import goes on behind the last batch.
 */
export class ImportRunner {
  readonly #work: ImportWork;
  #stopping = false;

  constructor(work: ImportWork) {
    this.#work = work;
  }

  /** Until none waits. */
  async runAll(): Promise<void> {
    while (!this.#stopping) {
      const held = await this.#work.claim();
      if (held === undefined) return;
      await this.#run(held);
    }
  }

  /** The import in hand is given back after its present batch. */
  stop(): void {
    this.#stopping = true;
  }

  async #run(held: HeldImport): Promise<void> {
    try {
      const isThrough = held.isUndo ? await this.#undo(held) : (await this.#count(held)) && (await this.#take(held));
      if (isThrough) await this.#work.finish(held);
      else if (this.#stopping) await this.#work.release(held);
    } catch (error) {
      const failure = toFailure(error);
      // What may pass, as a database that is away, leaves the import to be gone on with.
      if (failure.rule.retry !== 'never') throw error;
      await this.#work.fail(held, failure);
    }
  }

  async #count(held: HeldImport): Promise<boolean> {
    if (held.total !== null) return true;
    let total = 0;
    for await (const records of this.#work.read(held)) {
      total += records.length;
      if (this.#stopping || !(await this.#work.renew(held))) return false;
    }
    return this.#work.counted(held, total);
  }

  async #take(held: HeldImport): Promise<boolean> {
    let processed = held.processed;
    for await (const batch of batchesAfter(this.#work.read(held), processed)) {
      if (this.#stopping || !(await this.#work.apply(held, batch, processed))) return false;
      processed += batch.length;
    }
    return true;
  }

  async #undo(held: HeldImport): Promise<boolean> {
    while (await this.#work.undoSome(held)) if (this.#stopping) return false;
    return true;
  }
}

async function* batchesAfter(
  source: AsyncIterable<readonly ImportRecord[]>,
  skipped: number,
): AsyncGenerator<ImportRecord[], void, undefined> {
  let left = skipped;
  let [waiting, characters]: [ImportRecord[], number] = [[], 0];
  for await (const records of source) {
    const fresh = records.slice(left);
    left -= Math.min(left, records.length);
    for (const record of fresh) {
      waiting.push(record);
      characters += sessionOf(record)?.length ?? 0;
      if (waiting.length < BATCH && characters < BATCH_CHARACTERS) continue;
      yield waiting;
      [waiting, characters] = [[], 0];
    }
  }
  if (waiting.length > 0) yield waiting;
}

function sessionOf({ content }: ImportRecord): string | null {
  return content.kind === 'account' ? content.account.session : null;
}
