import { setTimeout as sleep } from 'node:timers/promises';

import { buildMail } from '@otterpost/testkit/mail';

import { type Door, type Wish, waitForCode } from '../demo/worker.ts';
import type { Suite } from '../suite/suite.ts';
import { type ChaosOutcome, mulberry32 } from './outcome.ts';
import { withWatchedSuite } from './watched-suite.ts';

const MAILBOXES = 10;
const MAILS = 500;
const BETWEEN_MAILS_MS = 60;
const FAULTS = 20;
/** More replicas than one where the design has more: a death must not need the same process back. */
const REPLICAS = { 'imap-ingestor': 2, 'code-extractor': 2 } as const;
const TICKET_SECONDS = 300;

/**
 * Mails into many mailboxes, each with a worker that waits, while services are killed at random, NATS and PostgreSQL end uncleanly and a
 * service is frozen for longer than a lease lasts. What workers recorded is held against what was sent, outside the suite.
 */
export async function chaosSuite(seed: number): Promise<ChaosOutcome> {
  const random = mulberry32(seed);
  return withWatchedSuite(MAILBOXES, { replicas: REPLICAS }, async ({ suite, door, server, mailboxes }) => {
    const plan = Array.from({ length: MAILS }, (_, at) => ({
      recipient: `robot${at}@otters.example`,
      code: String(100_000 + at * 1777).slice(-6),
    }));
    const faults: { afterMail: number; what: string }[] = [];
    const due = new Set(Array.from({ length: FAULTS }, (_, at) => Math.floor(((at + random()) * MAILS) / FAULTS)));
    const answers: Promise<string | undefined>[] = [];
    for (const [at, { recipient, code }] of plan.entries()) {
      answers.push((await openThenWait(door, { site: 'riverbank.example', recipient, expiresIn: TICKET_SECONDS })).code);
      const user = mailboxes[at % MAILBOXES]?.user ?? '';
      const text = `Your verification code is ${code}.`;
      server.deliver(user, buildMail({ from: 'no-reply@riverbank.example', to: recipient, subject: 'Your code', text }));
      if (due.has(at)) faults.push({ afterMail: at, what: strike(suite, random) });
      await sleep(BETWEEN_MAILS_MS);
    }
    const got = await Promise.all(answers);
    const wrong = got.filter((code, at) => code !== undefined && code !== plan[at]?.code).length;
    const lost = got.filter((code) => code === undefined).length;
    // Doubled: codes that a worker got for another's recipient.
    return { faults, counts: { sent: MAILS, delivered: MAILS - lost, lost, doubled: wrong }, isBroken: lost > 0 || wrong > 0 };
  });
}

const FREEZE_MS = 8000;

function strike(suite: Suite, random: () => number): string {
  const dice = random();
  if (dice < 0.1) {
    void suite.nats?.kill();
    return 'nats-server: SIGKILL';
  }
  if (dice < 0.2) {
    void suite.postgres?.kill();
    return 'PostgreSQL: immediate stop';
  }
  const services = dice < 0.3 ? suite.services.filter(({ name }) => name === 'imap-ingestor') : suite.services;
  const service = services[Math.floor(random() * services.length)];
  if (service === undefined) return 'nothing';
  if (dice < 0.3) {
    service.kill('SIGSTOP');
    setTimeout(() => service.kill('SIGCONT'), FREEZE_MS);
    return `${service.name}: frozen for ${FREEZE_MS} ms`;
  }
  service.kill('SIGKILL');
  return `${service.name}: SIGKILL`;
}

function openThenWait(door: Door, wish: Wish): Promise<{ code: Promise<string | undefined> }> {
  return new Promise((resolve, reject) => {
    const code: Promise<string | undefined> = waitForCode(door, wish, () => resolve({ code })).then((ticket) => ticket.code);
    code.catch(reject);
  });
}
