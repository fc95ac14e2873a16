import 'reflect-metadata';

import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@otterpost/postgres/database';
import { openDatabase } from '@otterpost/postgres/database';
import { createLogger } from '@otterpost/service/logger';
import { eventually } from '@otterpost/testkit/eventually';
import { keepEvidence } from '@otterpost/testkit/evidence';

import { blankCodes } from '../src/adapters/blank-codes.ts';
import { ENTITIES, MIGRATIONS, SCHEMA } from '../src/gateway.module.ts';
import { type RunningGateway, runGateway } from './running-gateway.ts';

const HOUR_S = 3600;
let gateway: RunningGateway;
let database: Database;
beforeAll(async () => {
  gateway = await runGateway();
  const logger = createLogger({ name: 'blank-codes', level: 'trace' }, keepEvidence('logs', 'blank-codes'));
  database = await openDatabase({ url: gateway.databaseUrl, schema: SCHEMA, entities: ENTITIES, migrations: MIGRATIONS, logger });
}, 60_000);
afterAll(async () => {
  await database?.close();
  await gateway?.stop();
}, 30_000);

async function call(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${gateway.url}/v1/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

interface Stored {
  readonly [column: string]: unknown;
  readonly status: string;
  readonly code: Buffer | null;
  readonly subject: Buffer | null;
}
const storedAt = async (site: string): Promise<Stored[]> =>
  database.query<Stored>('SELECT status, code, subject FROM codes WHERE site = $1 ORDER BY position', [site]);
/** What is told of this site happened so long ago. */
async function age(site: string, seconds: number): Promise<void> {
  await database.query('UPDATE codes SET created_at = created_at - make_interval(secs => $2) WHERE site = $1', [site, seconds]);
  await database.query(
    `UPDATE assignments SET delivered_at = delivered_at - make_interval(secs => $2)
     WHERE ticket_id IN (SELECT id FROM tickets WHERE site = $1)`,
    [site, seconds],
  );
}

describe('a code', () => {
  it('that its worker had is blanked after its time, and its ticket stays as it was without it', async () => {
    const [site, recipient] = [`${randomUUID()}.example`, `${randomUUID()}@otters.example`];
    const { id } = await call('tickets', { site, recipient });
    await gateway.deliver({ site, recipient, code: '482913' });
    expect(await call(`tickets/${String(id)}?wait=20`)).toMatchObject({ status: 'fulfilled', code: '482913' });
    await eventually(async () => {
      const [row] = await database.query('SELECT 1 FROM assignments WHERE ticket_id = $1 AND delivered_at IS NOT NULL', [id]);
      return row;
    });
    await age(site, HOUR_S - 60);
    await blankCodes(database, HOUR_S);
    expect(await storedAt(site)).toMatchObject([{ code: expect.any(Buffer) }]);
    await age(site, 120);
    await blankCodes(database, HOUR_S);
    expect(await storedAt(site)).toEqual([{ status: 'assigned', code: null, subject: null }]);
    const later = await call(`tickets/${String(id)}`);
    expect(later.status).toBe('fulfilled');
    expect(later).not.toHaveProperty('code');
  });

  it('that its worker has not fetched is kept until the ticket’s time is over, however old it is', async () => {
    const [site, recipient] = [`${randomUUID()}.example`, `${randomUUID()}@otters.example`];
    await call('tickets', { site, recipient, expiresIn: 600 });
    await gateway.deliver({ site, recipient, code: '482913' });
    await eventually(async () => ((await storedAt(site))[0]?.status === 'assigned' ? true : undefined));
    await age(site, 2 * HOUR_S);
    await blankCodes(database, HOUR_S);
    expect(await storedAt(site)).toMatchObject([{ code: expect.any(Buffer) }]);
  });

  it('that nobody got is nobody’s after its time: no ticket is given a code without its text', async () => {
    const [site, recipient] = [`${randomUUID()}.example`, `${randomUUID()}@otters.example`];
    await gateway.deliver({ site, recipient, code: '482913' });
    await eventually(async () => ((await storedAt(site)).length === 1 ? true : undefined));
    await age(site, HOUR_S + 60);
    await blankCodes(database, HOUR_S);
    expect(await storedAt(site)).toEqual([{ status: 'superseded', code: null, subject: null }]);
    const notBefore = new Date(Date.now() - 2 * HOUR_S * 1000).toISOString();
    expect(await call('tickets', { site, recipient, notBefore })).toMatchObject({ status: 'open' });
  });
});
