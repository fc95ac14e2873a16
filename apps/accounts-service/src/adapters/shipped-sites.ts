import { readdir, readFile } from 'node:fs/promises';

import { SiteDefinition } from '@otterpost/contracts/sites';
import * as z from 'zod';

const FOLDER = new URL('shipped-sites/', import.meta.url);

/** A sample's mail as it is written in a data file: its lines. */
const ShippedSite = z.looseObject({
  samples: z.array(z.object({ mail: z.array(z.string()).transform((lines) => lines.join('\r\n')), expect: z.unknown() })),
});

/** The sites that the suite comes with, by slug: a JSON file each, with samples that are read by a test. */
export async function readShippedSites(): Promise<Map<string, SiteDefinition>> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
  const sites = await Promise.all(
    files.map(async (name) => {
      const site = ShippedSite.parse(JSON.parse(await readFile(new URL(name, FOLDER), 'utf8')));
      return [name.slice(0, -'.json'.length), SiteDefinition.parse(site)] as const;
    }),
  );
  return new Map(sites);
}
