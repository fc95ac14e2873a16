import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildMail } from '@otterpost/testkit/mail';

import { residentKib } from '../bench/process-figures.ts';
import type { Suite } from '../suite/suite.ts';
import type { ChaosOutcome } from './outcome.ts';
import { withWatchedSuite } from './watched-suite.ts';

const MAILBOXES = 100;
const RECONNECT_EVERY_MS = 10_000;
/** Of the samples at the beginning, this part is not judged: code is compiled and pools fill. */
const WARM_UP = 0.25;
const MOST_MEMORY_GROWTH = 0.05;
/** A leak of one for each reconnect of one mailbox in a hundred would be far more. */
const MOST_NEW_FILES = 10;

interface Sample {
  readonly minute: number;
  readonly kib: number;
  /** Open ones besides the connections that the server counts: these come and go with the back-off. */
  readonly files: number;
}

/** Cuts every connection of an ingestor each ten seconds, with a mail for each mailbox between; its memory and open files must not grow. */
export async function chaosSoak(minutes: number): Promise<ChaosOutcome> {
  return withWatchedSuite(MAILBOXES, {}, async ({ suite, server, mailboxes }) => {
    const pid = ingestorOf(suite);
    const rounds = Math.ceil((minutes * 60_000) / RECONNECT_EVERY_MS);
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const { user } of mailboxes) {
        server.deliver(
          user,
          buildMail({ from: 'a@site.example', to: user, subject: `Round ${round}`, text: 'Nothing to read.' }),
        );
      }
      await sleep(RECONNECT_EVERY_MS);
      samples.push({
        minute: (round * RECONNECT_EVERY_MS) / 60_000,
        kib: residentKib(pid),
        files: readdirSync(`/proc/${pid}/fd`).length - server.connections(),
      });
      server.dropAll();
    }
    const judged = samples.slice(Math.floor(samples.length * WARM_UP));
    const judgedMinutes = (judged.at(-1)?.minute ?? 0) - (judged[0]?.minute ?? 0);
    const newFiles = slope(judged, ({ files }) => files) * judgedMinutes;
    const grownKib = slope(judged, ({ kib }) => kib) * judgedMinutes;
    const meanKib = mean(judged.map(({ kib }) => kib));
    const isSame = ingestorOf(suite) === pid;
    return {
      faults: [],
      counts: {
        minutes,
        reconnects: server.logins - MAILBOXES,
        'memory MiB': Math.round(meanKib / 1024),
        'memory growth %': Math.round((grownKib / meanKib) * 1000) / 10,
        'other open files': Math.round(mean(judged.map(({ files }) => files))),
        'new files': Math.round(newFiles * 10) / 10,
      },
      isBroken: !isSame || grownKib / meanKib > MOST_MEMORY_GROWTH || newFiles > MOST_NEW_FILES,
    };
  });
}

function ingestorOf(suite: Suite): number {
  const pid = suite.services.find(({ name }) => name === 'imap-ingestor')?.pid;
  if (pid === undefined) throw new Error('the ingestor does not run');
  return pid;
}

/** Of the straight line through all samples (least squares), per minute. */
function slope(samples: readonly Sample[], measureOf: (sample: Sample) => number): number {
  const middle = mean(samples.map(({ minute }) => minute));
  const level = mean(samples.map(measureOf));
  const along = samples.reduce((sum, sample) => sum + (sample.minute - middle) * (measureOf(sample) - level), 0);
  return along / samples.reduce((sum, { minute }) => sum + (minute - middle) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
