import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Otterpost } from '@otterpost/client';
import { secret } from '@otterpost/testkit/canary';
import { type Dovecot, startDovecot } from '@otterpost/testkit/dovecot';

import { addMailbox } from '../tools/demo/show.ts';
import type { Suite } from '../tools/suite/suite.ts';
import { startJourney } from './journey.ts';
import { type SignInPage, startSignInPage } from './sign-in-page.ts';

const MASTER = { name: 'master@otters.example', password: secret('holt') };
const EXAMPLE = fileURLToPath(new URL('../libs/client/examples/playwright/', import.meta.url));
const GUIDE = fileURLToPath(new URL('../docs/guides/test-with-playwright.md', import.meta.url));
/** As the set-up found it; where Debian keeps it, for one who runs this file alone. */
const { OTTER_CHROMIUM: CHROMIUM = '/usr/bin/chromium' } = process.env;
const PLAYWRIGHT = createRequire(import.meta.url).resolve('@playwright/test/cli');

let folder: string;
let dovecot: Dovecot;
let site: SignInPage;
let suite: Suite;
let otterpost: Otterpost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otterpost-journey-'));
  [dovecot, suite] = await Promise.all([startDovecot({ users: [MASTER] }), startJourney({ dataDir: join(folder, 'suite') })]);
  site = await startSignInPage({
    sendMail: (raw) => dovecot.deliver(MASTER.name, raw),
    together: ['bea@otters.example', 'cyd@otters.example'],
  });
  const { host, port } = dovecot;
  const auth = { type: 'password', password: MASTER.password };
  const mailbox = { name: 'master', host, port, security: 'none', username: MASTER.name, auth };
  await addMailbox({ url: suite.url, key: suite.adminKey }, mailbox, 20_000);
  otterpost = new Otterpost({ url: suite.url, key: suite.adminKey });
}, 120_000);
afterAll(async () => {
  await site?.stop();
  await suite?.stop();
  await dovecot?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

/** The example as its users run it; gives what Playwright reports of each test. */
async function runExample(): Promise<Record<string, string>> {
  // Nothing else of this process: Playwright refuses to run where it sees Jest's variables.
  const env = {
    PATH: process.env.PATH ?? '',
    OTTER_URL: suite.url,
    OTTER_KEY: suite.adminKey,
    SIGN_IN_URL: site.url,
    OTTER_CHROMIUM: CHROMIUM,
  };
  const args = [PLAYWRIGHT, 'test', '--config', EXAMPLE, '--reporter', 'json', '--output', join(folder, 'playwright')];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    // It ends with 1 when a test failed; its report says which.
    execFile(process.execPath, args, { env }, (_, out, err) => resolve({ stdout: out, stderr: err }));
  });
  if (!stdout.startsWith('{')) throw new Error(`Playwright did not report: ${stdout}${stderr}`);
  const { suites } = JSON.parse(stdout) as Report;
  return Object.fromEntries(
    suites
      .flatMap(({ specs }) => specs)
      .map(({ title, tests }) => {
        const [result] = tests.flatMap(({ results }) => results);
        return [title, result?.error?.message ?? result?.status ?? 'not run'];
      }),
  );
}

interface Report {
  readonly suites: readonly {
    readonly specs: readonly {
      readonly title: string;
      readonly tests: readonly {
        readonly results: readonly { readonly status: string; readonly error?: { readonly message: string } }[];
      }[];
    }[];
  }[];
}

describe('the Playwright example', () => {
  it('signs in real browsers, each with its own mailed code, and leaves no ticket open', async () => {
    expect(await runExample()).toEqual({
      'signs in with the code that was mailed': 'passed',
      'signs in two people at once, each with their own code': 'passed',
      'leaves no ticket behind where the page could not be asked': 'passed',
    });
    expect(site.signedIn.toSorted()).toEqual(['ada@otters.example', 'bea@otters.example', 'cyd@otters.example']);
    const { items } = await otterpost.tickets.list();
    expect(items.map(({ recipient, status }) => `${recipient} ${status}`).sort()).toEqual([
      'ada@otters.example fulfilled',
      'bea@otters.example fulfilled',
      'cyd@otters.example fulfilled',
      'dot@otters.example cancelled',
    ]);
  }, 300_000);

  it('stands in the guide as it is', async () => {
    expect(await readFile(GUIDE, 'utf8')).toContain(await readFile(join(EXAMPLE, 'verification-code.ts'), 'utf8'));
  });
});
