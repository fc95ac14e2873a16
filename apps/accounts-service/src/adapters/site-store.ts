import { Failure } from '@otterpost/contracts/failure';
import { domainOf } from '@otterpost/contracts/sender';
import { type Site, SiteDefinition, type SiteListing } from '@otterpost/contracts/sites';
import type { Database } from '@otterpost/postgres/database';
import { IsNull, Not } from 'typeorm';

import type { SiteStore } from '../core/sites.ts';
import { SiteRow } from './rows.ts';

const PUT = `
  INSERT INTO sites (slug, definition, senders) VALUES ($1, $2, $3)
  ON CONFLICT (slug) DO UPDATE SET
    definition = EXCLUDED.definition, senders = EXCLUDED.senders, shipped_digest = NULL, revision = nextval('site_revision'),
    matched = 0, fell_back = 0, nothing = 0, other_subject = 0, last_matched_at = NULL, last_fell_back_at = NULL,
    created_at = CASE WHEN sites.definition IS NULL THEN now() ELSE sites.created_at END, updated_at = now()
  RETURNING created_at = updated_at AS created`;

/** What the suite comes with takes the place of an older one that nobody changed or deleted. */
const SHIP = `
  INSERT INTO sites (slug, definition, senders, shipped_digest) VALUES ($1, $2, $3, md5($2))
  ON CONFLICT (slug) DO UPDATE SET
    definition = EXCLUDED.definition, senders = EXCLUDED.senders, shipped_digest = EXCLUDED.shipped_digest,
    revision = nextval('site_revision'), updated_at = now()
  WHERE sites.definition IS NOT NULL AND sites.shipped_digest <> EXCLUDED.shipped_digest`;

/** The slug itself comes first, then the site that names the longest part of the domain. */
const RESOLVE = `
  SELECT slug FROM sites WHERE definition IS NOT NULL AND (slug = $1 OR senders && $2)
  ORDER BY slug = $1 DESC, (SELECT max(length(sender)) FROM unnest(senders) AS sender WHERE sender = ANY($2)) DESC, slug
  LIMIT 1`;

const ADD_USE = `
  UPDATE sites SET
    matched = sites.matched + u.matched, fell_back = fell_back + u."fellBack", nothing = sites.nothing + u.nothing,
    other_subject = other_subject + u."otherSubject",
    last_matched_at = GREATEST(last_matched_at, u."lastMatchedAt"),
    last_fell_back_at = GREATEST(last_fell_back_at, u."lastFellBackAt")
  FROM jsonb_to_recordset($1) AS u(slug text, revision bigint, matched bigint, "fellBack" bigint, nothing bigint, "otherSubject" bigint,
    "lastMatchedAt" timestamptz, "lastFellBackAt" timestamptz)
  WHERE sites.slug = u.slug AND sites.revision = u.revision`;

export function createSiteStore(database: Database): SiteStore {
  const repository = database.dataSource.getRepository(SiteRow);
  const find: SiteStore['find'] = async (slug) => {
    const row = await repository.findOneBy({ slug, definition: Not(IsNull()) });
    return row === null ? undefined : toSite(row);
  };
  return {
    find,

    async put(slug, definition) {
      const [row] = await database.query<{ created: boolean }>(PUT, [slug, JSON.stringify(definition), toNames(definition)]);
      const site = await find(slug);
      if (site === undefined) throw new Failure('not_found', { detail: 'The site was deleted while it was being stored' });
      return { site, created: row?.created === true };
    },

    async list({ limit, cursor }, slugs) {
      const query = repository.createQueryBuilder('site').where('site.definition IS NOT NULL AND site.slug > :cursor', {
        cursor: cursor ?? '',
      });
      if (slugs !== null) query.andWhere('site.slug = ANY(:slugs)', { slugs });
      const rows = await query
        .orderBy('site.slug')
        .limit(limit + 1)
        .getMany();
      const items = rows.slice(0, limit).map((row) => toListing(toSite(row)));
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.slug ?? null) : null };
    },

    async delete(slug) {
      const rows = await database.query(
        `UPDATE sites SET definition = NULL, senders = '{}', revision = nextval('site_revision'), updated_at = now()
         WHERE slug = $1 AND definition IS NOT NULL RETURNING slug`,
        [slug],
      );
      return rows.length === 1;
    },

    async resolve(slugOrDomain) {
      const [row] = await database.query<{ slug: string }>(RESOLVE, [slugOrDomain, toSearched(slugOrDomain)]);
      return row?.slug;
    },

    async addUse(uses) {
      await database.query(ADD_USE, [JSON.stringify(uses)]);
    },
  };
}

/** Takes in the sites that the suite comes with. May be repeated, by any number of replicas. */
export async function shipSites(database: Database, sites: ReadonlyMap<string, SiteDefinition>): Promise<void> {
  for (const [slug, definition] of sites) await database.query(SHIP, [slug, JSON.stringify(definition), toNames(definition)]);
}

function toNames({ senders }: SiteDefinition): string[] {
  return [...new Set(senders.flatMap((sender) => (sender.includes('@') ? [sender, `@${domainOf(sender)}`] : [sender])))];
}

/** `login.shop.example` is looked for as itself, as `shop.example`, and as the domain of an address. */
function toSearched(domain: string): string[] {
  const labels = domain.split('.');
  return [...labels.map((_, at) => labels.slice(at).join('.')), `@${domain}`];
}

function toSite(row: SiteRow): Site {
  return {
    ...SiteDefinition.parse(JSON.parse(row.definition ?? 'null')),
    slug: row.slug,
    shipped: row.shippedDigest !== null,
    patternUse: {
      matched: Number(row.matched),
      fellBack: Number(row.fellBack),
      nothing: Number(row.nothing),
      otherSubject: Number(row.otherSubject),
      lastMatchedAt: row.lastMatchedAt?.toISOString() ?? null,
      lastFellBackAt: row.lastFellBackAt?.toISOString() ?? null,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function toListing({ samples, ...site }: Site): SiteListing {
  return { ...site, sampleCount: samples.length };
}
