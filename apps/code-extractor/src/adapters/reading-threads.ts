import { Failure } from '@otterpost/contracts/failure';
import type { ProjectedSite } from '@otterpost/contracts/site-requests';

import { toKnownSite } from '../core/site-book.ts';
import type { FetchedSource, MailboxFacts, UnderstoodMail } from '../core/understand-mail.ts';
import { compileRe2 } from './re2-pattern.ts';
import type { ReadingOptions } from './reading.worker.ts';
import { ReadingThread, THREAD_LIMITS, type ThreadLimits, ThreadLost } from './reading-thread.ts';

/** A mail that ends so many threads is put aside. */
const MOST_DEATHS = 3;

/**
 * Understands mails in threads that may be ended. One thread reads all that comes; where it is lost, the mails that it had in hand are read
 * again one by one in another, so that only the one to blame is lost, and new mails wait for none of them.
 */
export class ReadingThreads {
  readonly #options: ReadingOptions;
  readonly #limits: ThreadLimits;
  readonly #sites = new Map<string, ProjectedSite>();
  readonly #onDeath: () => void;
  #common: Promise<ReadingThread>;
  #alone: Promise<ReadingThread>;
  #last: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  private constructor(options: ReadingOptions, onDeath: () => void, limits: ThreadLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#onDeath = onDeath;
    this.#common = this.#start();
    this.#alone = this.#start();
  }

  /** `onDeath` is called for each thread that a mail ended. */
  static async start(options: ReadingOptions, onDeath = () => {}, limits = THREAD_LIMITS): Promise<ReadingThreads> {
    const threads = new ReadingThreads(options, onDeath, limits);
    await threads.#common;
    return threads;
  }

  /** @throws Failure `mail_unreadable` for a mail that has ended three threads. */
  async understand(mail: FetchedSource, mailbox: MailboxFacts): Promise<UnderstoodMail> {
    const common = this.#common;
    try {
      return await (await common).read(mail, mailbox);
    } catch (error) {
      if (!(error instanceof ThreadLost) || this.#isStopped) throw error;
      this.#replace(common);
      const turn = this.#last.then(() => this.#readAlone(mail, mailbox));
      this.#last = turn.catch(() => undefined);
      return turn;
    }
  }

  /** @throws PatternFault for a pattern that is not valid. */
  put(site: ProjectedSite): void {
    toKnownSite(site, compileRe2);
    this.#sites.set(site.slug, site);
    this.#tell((thread) => thread.tell({ kind: 'put', site }));
  }

  remove(slug: string): void {
    this.#sites.delete(slug);
    this.#tell((thread) => thread.tell({ kind: 'remove', slug }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#common, this.#alone].map(async (thread) => (await thread).stop()));
  }

  async #readAlone(mail: FetchedSource, mailbox: MailboxFacts): Promise<UnderstoodMail> {
    for (let deaths = 1; deaths < MOST_DEATHS; deaths++) {
      const thread = await this.#alone;
      try {
        return await thread.read(mail, mailbox);
      } catch (error) {
        if (!(error instanceof ThreadLost) || this.#isStopped) throw error;
        this.#onDeath();
        this.#alone = this.#start();
      }
    }
    throw new Failure('mail_unreadable', {
      detail: `The mail ended ${MOST_DEATHS} threads that read it: it is too large or made to be slow`,
    });
  }

  /** Once for each thread, however many mails it had in hand. */
  #replace(lost: Promise<ReadingThread>): void {
    if (this.#common !== lost) return;
    this.#onDeath();
    this.#common = this.#alone;
    this.#alone = this.#start();
  }

  async #start(): Promise<ReadingThread> {
    const thread = await ReadingThread.start(this.#options, this.#limits);
    for (const site of this.#sites.values()) thread.tell({ kind: 'put', site });
    return thread;
  }

  /** Those that still start learn of it when they have started. */
  #tell(about: (thread: ReadingThread) => void): void {
    for (const thread of [this.#common, this.#alone]) void thread.then(about);
  }
}
