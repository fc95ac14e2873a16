import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate } from '@otterpost/testkit/certificate';
import { startImapServer } from '@otterpost/testkit/imap-server';
import { buildMail } from '@otterpost/testkit/mail';
import { StartError } from '../suite/data-folder.ts';
import { endOnSignal } from '../suite/end-on-signal.ts';
import { startSuite } from '../suite/suite.ts';
import type { DemoMail } from './mails.ts';
import { addMailbox, type Deliver, play, WARM_UP_MAILS, warmUp } from './show.ts';
import { HEADER } from './table.ts';

/** The show: real mails over IMAP, through the real services, to the workers that wait for them. Exits 1 when any code is wrong or missing. */
const keep = process.argv.includes('--keep');
const DATA_DIR = join(process.env.OTTERPOST_DATA_DIR ?? '.otterpost', 'demo');
const MAILBOX = { username: 'master@otters.example', password: 'holt-and-haul-0451' };
const CONNECT_DEADLINE_MS = 20_000;

async function main(): Promise<number> {
  await rm(join(DATA_DIR, 'postgres'), { recursive: true, force: true });
  await rm(join(DATA_DIR, 'nats'), { recursive: true, force: true });
  const certificate = await makeCertificate();
  const server = await startImapServer({ users: [{ name: MAILBOX.username, password: MAILBOX.password }], tls: certificate });
  console.log('Starting PostgreSQL, NATS and the four services …');
  const suite = await startSuite({
    dataDir: DATA_DIR,
    httpPort: Number(process.env.OTTERPOST_HTTP_PORT ?? 0),
    grpcPort: 0,
    env: { OTTERPOST_LOG_LEVEL: process.env.OTTERPOST_LOG_LEVEL ?? 'warn' },
    onEvent: (text) => console.log(`  ! ${text}`),
    ...(process.env.OTTERPOST_LOG_LEVEL === undefined
      ? {}
      : { onOutput: (_: string, text: string) => process.stderr.write(text) }),
  });
  endOnSignal(suite.stop, 130);
  const door = { url: suite.url, key: suite.adminKey };
  await addMailbox(
    door,
    {
      name: 'master mailbox',
      host: server.host,
      port: server.port,
      username: MAILBOX.username,
      auth: { type: 'password', password: MAILBOX.password },
      ca: certificate.cert,
    },
    CONNECT_DEADLINE_MS,
  );
  console.log(`One mailbox is watched over IMAP with TLS on port ${server.port}; every recipient's mail is forwarded into it.`);
  const deliver: Deliver = async (mail) => server.deliver(MAILBOX.username, toRaw(mail));
  console.log(`${WARM_UP_MAILS} mails first, not shown, so that the times below are those of a suite at work.\n`);
  await warmUp(door, deliver);
  console.log(HEADER);
  const { rows, right, medianMs } = await play(door, deliver, (line) => console.log(line));
  const wrong = rows.length - right;
  console.log(
    `\n${right} of ${rows.length} tickets ended as they should: each code reached the one worker that waited for it, decoys gave nothing, ` +
      `a person's code was taken. Median ${medianMs.toFixed(1)} ms from the mail server's EXISTS to the worker's answer.`,
  );
  if (wrong > 0) console.log(`${wrong} did not: see the rows marked ✗.`);
  if (keep) {
    console.log(
      `\nEverything keeps running. Console ${suite.url}/  API ${suite.url}/v1  admin key ${suite.adminKey}\nCtrl-C stops it.`,
    );
    return new Promise(() => undefined);
  }
  await suite.stop();
  await server.stop();
  return wrong > 0 ? 1 : 0;
}

/** As a forwarded mail arrives: the recipient in `To`, the mailbox that holds it in `Delivered-To`. */
function toRaw(mail: DemoMail): string {
  const { from, to, subject, text, html } = mail;
  return buildMail({
    from,
    to,
    subject,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    headers: [['Delivered-To', MAILBOX.username]],
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  },
);
