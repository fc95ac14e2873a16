import type { Caller } from '@otterpost/contracts/caller';
import { Failure, toFailure } from '@otterpost/contracts/failure';
import { type AccountGroupId, type ImportId, newId } from '@otterpost/contracts/ids';
import {
  appendImport,
  beginImport,
  exportAccounts,
  getImport,
  importPiecePlace,
  openImport,
  readRejected,
  undoImport,
} from '@otterpost/contracts/import-requests';
import type { Import, ImportQuery } from '@otterpost/contracts/imports';
import type { ReplyOf } from '@otterpost/contracts/message';

import type { OnceOnly } from './once-only.ts';
import type { Suite } from './suite.ts';

export const IMPORT_DESK = Symbol('ImportDesk');

/** So little that what is made of it on its way is soon collected. */
const PIECE_BYTES = 256 * 1024;
const TRIES = 4;
/** An undo that takes longer goes on by itself. */
const UNDO_LOOKS = 100;

export interface ExportAsked {
  readonly groupId: AccountGroupId | null;
  readonly ids: readonly AccountGroupId[] | null;
  readonly format: 'json' | 'csv' | 'txt';
}

/** Of a file, as it comes. */
export interface Digest {
  add(bytes: Uint8Array): void;
  end(): string;
}

export interface ImportDeskParts {
  readonly suite: Suite;
  readonly once: OnceOnly;
  readonly newDigest: () => Digest;
  /** Seals bytes for a row and column of another service; gives base64. */
  readonly sealColumn: (place: { table: string; row: string; column: string }, bytes: Uint8Array) => string;
  /** Opens what was sealed in the answer to a subject. */
  readonly openReply: (subject: string, sealed: string) => string;
  readonly pause: () => Promise<void>;
}

/** Files of accounts on their way in and out: a piece at a time in memory, sealed from here to the database and back. */
export class ImportDesk {
  readonly #parts: ImportDeskParts;

  constructor(parts: ImportDeskParts) {
    this.#parts = parts;
  }

  /**
   * Begins what the file asks for, once for each name that its caller gives it. A file is known when it has come whole, so a repeated
   * one lies staged in vain; nobody sees that, and it goes within the hour.
   */
  async take(
    caller: Caller,
    query: ImportQuery,
    file: AsyncIterable<Uint8Array>,
    idempotencyKey?: string,
  ): Promise<{ thing: Import; isNew: boolean }> {
    const { suite, once } = this.#parts;
    const { id, pieces, digest } = await this.#stage(caller, query, file);
    return once.make({
      caller,
      idempotencyKey,
      asked: ['imports', query, digest],
      id,
      make: (id) => this.#persist(() => suite.ask(beginImport, { caller, id, pieces })),
      find: (id) => this.#persist(() => suite.ask(getImport, { caller, id })),
    });
  }

  /** What is refused is read to its end all the same, so that its sender hears why. */
  async #stage(
    caller: Caller,
    { groupId, dryRun }: ImportQuery,
    file: AsyncIterable<Uint8Array>,
  ): Promise<{ id: ImportId; pieces: number; digest: string }> {
    const id = newId('import');
    const digest = this.#parts.newDigest();
    let [number, failure]: [number, Failure | undefined] = [0, undefined];
    for await (const bytes of inPieces(file)) {
      if (failure !== undefined) continue;
      digest.add(bytes);
      const piece = this.#parts.sealColumn(importPiecePlace(id, number), bytes);
      const sent =
        number === 0
          ? this.#persist(() => this.#parts.suite.ask(openImport, { caller, id, groupId: groupId ?? null, dryRun, piece }))
          : this.#persist(() => this.#parts.suite.ask(appendImport, { caller, id, number, piece }));
      failure = await sent.then(() => undefined, toFailure);
      number += 1;
    }
    if (failure !== undefined) throw failure;
    if (number === 0) throw new Failure('import_empty', { detail: 'The file is empty: choose another' });
    return { id, pieces: number, digest: digest.end() };
  }

  async undo(caller: Caller, id: ImportId): Promise<Import> {
    let found = await this.#parts.suite.ask(undoImport, { caller, id });
    for (let look = 0; look < UNDO_LOOKS && found.status !== 'undone'; look++) {
      await this.#parts.pause();
      found = await this.#parts.suite.ask(getImport, { caller, id });
    }
    return found;
  }

  /** The present state, then each change, until the import has ended. */
  async *follow(caller: Caller, id: ImportId, signal: AbortSignal): AsyncGenerator<{ event: string; data: Import }> {
    for (let told = ''; !signal.aborted; await this.#parts.pause()) {
      const data = await this.#parts.suite.ask(getImport, { caller, id });
      const [seen, isRunning] = [JSON.stringify(data), data.status === 'queued' || data.status === 'running'];
      if (seen !== told) yield { event: isRunning ? 'progress' : data.status, data };
      told = seen;
      if (!isRunning) return;
    }
  }

  async *export(caller: Caller, { ids, ...asked }: ExportAsked): AsyncGenerator<string, void, undefined> {
    for (let from: string | null = null; ; ) {
      const { part, next }: ReplyOf<typeof exportAccounts> = await this.#parts.suite.ask(exportAccounts, {
        caller,
        ...asked,
        ids: ids === null ? null : [...ids],
        from,
      });
      yield this.#parts.openReply(exportAccounts.subject, part);
      if (next === null) return;
      from = next;
    }
  }

  /** The first part, which tells the file's name and type, and the rest. */
  async rejected(caller: Caller, id: ImportId): Promise<{ name: string; type: string; parts: AsyncGenerator<string> }> {
    const ask = (from: string | null) => this.#parts.suite.ask(readRejected, { caller, id, from });
    const first = await ask(null);
    const open = (sealed: string): string => this.#parts.openReply(readRejected.subject, sealed);
    async function* parts(): AsyncGenerator<string, void, undefined> {
      for (let { part, next } = first; ; { part, next } = await ask(next)) {
        yield open(part);
        if (next === null) return;
      }
    }
    return { name: first.name, type: first.type, parts: parts() };
  }

  /** Each request is safe to repeat: a restart of the other service only delays. */
  async #persist<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        const { retry } = toFailure(error).rule;
        if (retry === 'never' || attempt === TRIES) throw error;
        await this.#parts.pause();
      }
    }
  }
}

/** Of one length but for the last, whatever chunks they come in. Each is the receiver's until it asks for the next. */
async function* inPieces(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const piece = new Uint8Array(PIECE_BYTES);
  let size = 0;
  for await (const chunk of file) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PIECE_BYTES - size);
      piece.set(part, size);
      [at, size] = [at + part.length, size + part.length];
      if (size < PIECE_BYTES) continue;
      yield piece;
      size = 0;
    }
  }
  if (size > 0) yield piece.subarray(0, size);
}
