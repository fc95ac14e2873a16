import { type ProjectedSite, ProjectedSite as Schema, SITES_BUCKET } from '@otterpost/contracts/site-requests';
import { SiteDefinition } from '@otterpost/contracts/sites';
import { toSubjectToken } from '@otterpost/contracts/token';
import { type Bucket, openBucket } from '@otterpost/messaging/bucket';
import type { Bus } from '@otterpost/messaging/connection';
import type { Database, Transaction } from '@otterpost/postgres/database';

const MOST_AT_ONCE = 200;

/** Replicas take turns, so that of two changes of a site the later one is what stays in the bucket. */
const TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('sites are told'))";
const UNTOLD = `SELECT slug, definition, revision FROM sites WHERE projected < revision ORDER BY revision LIMIT ${MOST_AT_ONCE}`;
const TOLD = `
  UPDATE sites SET projected = told.revision FROM unnest($1::text[], $2::bigint[]) AS told(slug, revision)
  WHERE sites.slug = told.slug`;

interface Untold {
  readonly slug: string;
  readonly definition: string | null;
  readonly revision: string;
}

/**
 * The bucket by which extractors follow the sites; PostgreSQL is the record. `project` tells what is not told yet: after each change, and
 * regularly for what a crash or an absence of the bus has left. A bucket that was lost is filled again.
 */
export async function openSiteProjection(bus: Bus, database: Database): Promise<{ project(): Promise<void> }> {
  const projectInto = async (bucket: Bucket<ProjectedSite>): Promise<void> => {
    while ((await database.transaction((tx) => tellSome(tx, bucket))) === MOST_AT_ONCE);
  };
  const bucket = await openBucket(bus, { name: SITES_BUCKET, parse: (value) => Schema.parse(value) }, async (empty) => {
    await database.query('UPDATE sites SET projected = 0 WHERE definition IS NOT NULL');
    await projectInto(empty);
  });
  return { project: () => projectInto(bucket) };
}

/** What was put and could not be marked is put again: a repeat changes nothing. */
async function tellSome(tx: Transaction, bucket: Bucket<ProjectedSite>): Promise<number> {
  await tx.query(TAKE_TURN);
  const untold = await tx.query<Untold & Record<string, unknown>>(UNTOLD);
  for (const { slug, definition, revision } of untold) {
    if (definition === null) await bucket.delete(toSubjectToken(slug));
    else await bucket.put(toSubjectToken(slug), toProjected(slug, definition, Number(revision)));
  }
  if (untold.length > 0) await tx.query(TOLD, [untold.map(({ slug }) => slug), untold.map(({ revision }) => revision)]);
  return untold.length;
}

function toProjected(slug: string, definition: string, revision: number): ProjectedSite {
  const { samples: _, name: _name, ...rules } = SiteDefinition.parse(JSON.parse(definition));
  return { ...rules, slug, revision };
}
