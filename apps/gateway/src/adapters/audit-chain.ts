import { createHmac } from 'node:crypto';

import type { Database, Queryable } from '@otterpost/postgres/database';

/** So many lines are sealed, and held in memory, at once. */
const SEALED_AT_ONCE = 5000;

/** One gateway seals at a time; the others have nothing to wait for. */
const TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('otterpost.audit_seals')) AS mine";

/** All transactions before this have ended: no line can come to stand there any more. */
const HORIZON = 'SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint + ahead AS horizon FROM audit_clock';

const LAST_SEAL = 'SELECT number, position, line_id, digest FROM audit_seals ORDER BY number DESC LIMIT 1';

const FROM = '(position, id COLLATE "C") > ($1::bigint, $2::text)';
const LINE = `
  SELECT id, position, (extract(epoch FROM at) * 1000000)::bigint AS micros, actor, action, target, address FROM audit`;
const UNSEALED = `${LINE} WHERE ${FROM} AND position >= $1 AND position < $3 ORDER BY position, id COLLATE "C" LIMIT ${SEALED_AT_ONCE}`;
const SEALED = `
  ${LINE} WHERE ${FROM} AND (position, id COLLATE "C") <= ($3::bigint, $4::text) AND position BETWEEN $1 AND $3
  ORDER BY position, id COLLATE "C"`;

/** In a database that was restored into a younger cluster, transactions count from anew: positions go on behind the last. */
const SET_AHEAD = `
  UPDATE audit_clock SET ahead = (SELECT max(position) + 1 FROM audit) - (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
  RETURNING ahead`;

interface Line {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly position: string;
}

interface Seal {
  readonly [column: string]: unknown;
  readonly number: string;
  readonly position: string;
  readonly line_id: string;
  readonly digest: Buffer;
}

const BEFORE_ALL: Seal = { number: '0', position: '-1', line_id: '', digest: Buffer.alloc(0) };

/**
 * Seals the lines that were written since the last time, each seal over the one before it. Sealing behind the writers, not with them,
 * keeps them from waiting for each other; a line that is changed before its seal, some seconds, is sealed as changed.
 */
export async function sealAudit(database: Database, key: Buffer): Promise<void> {
  while ((await database.transaction((tx) => sealNext(tx, key))) === SEALED_AT_ONCE);
}

async function sealNext(tx: Queryable, key: Buffer): Promise<number> {
  const [turn] = await tx.query<{ mine: boolean }>(TAKE_TURN);
  if (turn?.mine !== true) return 0;
  const last = (await tx.query<Seal>(LAST_SEAL))[0] ?? BEFORE_ALL;
  const lines = await tx.query<Line>(UNSEALED, [last.position, last.line_id, await horizonBehind(tx, last)]);
  const end = lines.at(-1);
  if (end === undefined) return 0;
  await tx.query('INSERT INTO audit_seals (number, position, line_id, lines, digest) VALUES ($1, $2, $3, $4, $5)', [
    Number(last.number) + 1,
    end.position,
    end.id,
    lines.length,
    digestOf(key, last.digest, lines),
  ]);
  return lines.length;
}

async function horizonBehind(tx: Queryable, last: Seal): Promise<string> {
  const [read] = await tx.query<{ horizon: string }>(HORIZON);
  const horizon = read?.horizon ?? '0';
  if (BigInt(horizon) > BigInt(last.position)) return horizon;
  const [clock] = await tx.query<{ ahead: string }>(SET_AHEAD);
  await tx.query(
    `ALTER TABLE audit ALTER COLUMN position SET DEFAULT (pg_current_xact_id()::text)::bigint + ${BigInt(clock?.ahead ?? 0)}`,
  );
  return horizonBehind(tx, last);
}

function digestOf(key: Buffer, former: Buffer, lines: readonly Line[]): Buffer {
  const hmac = createHmac('sha256', key).update(former);
  for (const { id, position, micros, actor, action, target, address } of lines) {
    hmac.update(`${JSON.stringify([id, position, micros, actor, action, target, address])}\n`);
  }
  return hmac.digest();
}

export interface VerifiedAudit {
  readonly seals: number;
  readonly lines: number;
  /** Digest of the last seal: whoever keeps it elsewhere sees when the chain's end was cut off. */
  readonly head: string;
  /** The first seal that its lines do not bear out; null when all do. */
  readonly broken: { readonly number: number; readonly why: string } | null;
}

/** Whether every line stands as it was sealed: none changed, none taken away, none put in between. */
export async function verifyAudit(database: Queryable, key: Buffer): Promise<VerifiedAudit> {
  let former = BEFORE_ALL;
  let lines = 0;
  for (;;) {
    const seal = (
      await database.query<Seal>('SELECT * FROM audit_seals WHERE number > $1 ORDER BY number LIMIT 1', [former.number])
    )[0];
    const told = { seals: Number(former.number), lines, head: former.digest.toString('hex') };
    if (seal === undefined) return { ...told, broken: null };
    const number = Number(seal.number);
    if (number !== told.seals + 1) return { ...told, broken: { number: told.seals + 1, why: 'the seal is gone' } };
    const sealed = await database.query<Line>(SEALED, [former.position, former.line_id, seal.position, seal.line_id]);
    if (!digestOf(key, former.digest, sealed).equals(seal.digest)) {
      const why = `of its ${seal.lines} lines, after ${former.line_id || 'the beginning'} up to ${seal.line_id}, ${sealed.length} are there, and not as they were sealed`;
      return { ...told, broken: { number, why } };
    }
    lines += sealed.length;
    former = seal;
  }
}
