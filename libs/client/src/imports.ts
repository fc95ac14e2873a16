import type { Import, ImportChange } from '@otterpost/contracts/imports';

import { pause } from './deadline.ts';
import { eventsOnce, FOREVER_MS } from './event-stream.ts';
import { type CallOptions, DEFAULT_TIMEOUT_MS, type FileBody, type GatewayConnection } from './gateway-connection.ts';
import { OtterpostError } from './otterpost-error.ts';
import { everyItem } from './pages.ts';
import { type RejectedEntry, readRejectedEntries } from './rejected-entries.ts';

const POLL_MS = 1000;
const GOODBYE_MS = 3000;

export interface ImportOptions extends CallOptions {
  /** Into this group; without it, the file names its groups. */
  readonly groupId?: string | undefined;
  /** Changes nothing, and finds what would change. */
  readonly dryRun?: boolean | undefined;
}

/** Files of accounts on their way in. */
export class Imports {
  readonly #connection: GatewayConnection;

  constructor(connection: GatewayConnection) {
    this.#connection = connection;
  }

  /**
   * Sends a file and waits until all of it is taken in. When the signal is given meanwhile, the import is cancelled; what it
   * did until then stays, and can be undone.
   *
   *     const imported = await otterpost.imports.run(() => Readable.toWeb(createReadStream('accounts.csv')), { groupId });
   *     for await (const { line, text, message } of imported.rejected()) console.error(line, text, message);
   *
   * @throws OtterpostError why the gateway refused the file, or why the import failed; `import_cancelled`
   */
  async run(
    file: FileBody,
    { onProgress = () => undefined, ...options }: ImportOptions & { readonly onProgress?: (state: Import) => void } = {},
  ): Promise<AccountImport> {
    const begun = await this.start(file, options);
    try {
      for await (const state of begun.progress(options)) onProgress(state);
    } catch (error) {
      if (options.signal?.aborted === true) await begun.cancel({ timeout: GOODBYE_MS }).catch(() => undefined);
      throw error;
    }
    return begun.orThrow();
  }

  /**
   * Sends a file of any size; comes back when the gateway has the whole of it, and begins to take it in. An attempt that breaks
   * is repeated: should the broken one have been taken after all, it is the import that is given.
   */
  async start(file: FileBody, { groupId, dryRun, timeout = FOREVER_MS, signal }: ImportOptions = {}): Promise<AccountImport> {
    const state = await this.#connection.call<Import>({
      method: 'POST',
      path: 'imports',
      query: { groupId, dryRun },
      body: file,
      signal,
      timeout,
      patienceMs: DEFAULT_TIMEOUT_MS,
    });
    return new AccountImport(this.#connection, state);
  }

  /** An import that was begun before, perhaps by another process. */
  async get(id: string, options: CallOptions = {}): Promise<AccountImport> {
    const path = `imports/${encodeURIComponent(id)}`;
    return new AccountImport(this.#connection, await this.#connection.call<Import>({ ...options, method: 'GET', path }));
  }

  /** Newest first. */
  list(options: CallOptions = {}): AsyncGenerator<Import, void, undefined> {
    return everyItem(this.#connection, 'imports', {}, options);
  }
}

/** One import, with what was last known of it. */
export class AccountImport {
  readonly #connection: GatewayConnection;
  #latest: Import;

  constructor(connection: GatewayConnection, state: Import) {
    this.#connection = connection;
    this.#latest = state;
  }

  get id(): string {
    return this.#latest.id;
  }

  /** As it was when the gateway last spoke of it. */
  get latest(): Readonly<Import> {
    return this.#latest;
  }

  get isEnded(): boolean {
    return this.#latest.status !== 'queued' && this.#latest.status !== 'running';
  }

  /** The import as it goes on, the present state first, until it has ended; through restarts of the gateway. */
  async *progress({
    signal = new AbortController().signal,
  }: Pick<CallOptions, 'signal'> = {}): AsyncGenerator<Import, void, undefined> {
    for (;;) {
      for await (const state of this.#followOnce(signal)) {
        yield state;
        if (this.isEnded) return;
      }
      // The stream broke, or something on the way lets none through: the import itself is asked.
      yield await this.#ask('GET', '', { signal });
      if (this.isEnded) return;
      await pause(POLL_MS, signal);
    }
  }

  /** Itself once all is taken in. @throws OtterpostError why it failed; `import_cancelled` */
  orThrow(): this {
    const { status, code, detail } = this.#latest;
    if (status === 'failed') throw new OtterpostError(code ?? 'import_failed', detail ?? 'The import failed');
    if (status === 'cancelled') throw new OtterpostError('import_cancelled', 'The import was cancelled');
    return this;
  }

  /** Stops it; what it did stays, and can be undone. @throws OtterpostError `import_ended` */
  cancel(options: CallOptions = {}): Promise<Import> {
    return this.#ask('POST', '/cancel', options);
  }

  /** Takes back all that it did, within 24 hours. @throws OtterpostError `import_ended` */
  undo(options: CallOptions = {}): Promise<Import> {
    return this.#ask('POST', '/undo', options);
  }

  /** What a dry run found: each account that would be made or changed. */
  changes(options: CallOptions = {}): AsyncGenerator<ImportChange, void, undefined> {
    return everyItem(this.#connection, `${this.#path()}/changes`, {}, options);
  }

  /** The entries that were not taken in, secrets masked; the audit says that they were read. */
  rejected(options: CallOptions = {}): AsyncGenerator<RejectedEntry, void, undefined> {
    const file = this.#connection.download({ ...options, method: 'GET', path: `${this.#path()}/rejected` });
    return readRejectedEntries(file, this.#latest.format);
  }

  async *#followOnce(signal: AbortSignal): AsyncGenerator<Import, void, undefined> {
    try {
      for await (const { data } of eventsOnce(this.#connection, { path: `${this.#path()}/events`, signal })) {
        this.#latest = JSON.parse(data) as Import;
        yield this.#latest;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OtterpostError)) throw error;
    }
  }

  async #ask(method: 'GET' | 'POST', verb: string, options: CallOptions): Promise<Import> {
    this.#latest = await this.#connection.call<Import>({ ...options, method, path: `${this.#path()}${verb}` });
    return this.#latest;
  }

  #path(): string {
    return `imports/${encodeURIComponent(this.id)}`;
  }
}
