import { afterAll, describe, expect, it } from '@jest/globals';

import { readShippedSites } from '../apps/accounts-service/src/adapters/shipped-sites.ts';
import { toRegistrableDomain } from '../apps/code-extractor/src/adapters/alignment.ts';
import { PatternTrial } from '../apps/code-extractor/src/adapters/pattern-trial.ts';
import { compileRe2 } from '../apps/code-extractor/src/adapters/re2-pattern.ts';
import { readMail } from '../apps/code-extractor/src/adapters/read-mail.ts';
import { readHeader } from '../apps/code-extractor/src/core/header.ts';
import { comparedAddress, readSender } from '../apps/code-extractor/src/core/sender.ts';
import { SiteBook, toKnownSite } from '../apps/code-extractor/src/core/site-book.ts';
import { createTrySite } from '../apps/code-extractor/src/core/try-site.ts';

const sites = [...(await readShippedSites())];
const trial = new PatternTrial();
afterAll(() => trial.stop());
const trySite = createTrySite({
  read: readMail,
  compile: compileRe2,
  vet: (pattern, group) => trial.run({ pattern, group }),
  toRegistrableDomain,
});

describe('the sites that the suite comes with', () => {
  const book = new SiteBook();
  for (const [slug, site] of sites) book.put(toKnownSite({ ...site, slug, revision: 0 }, compileRe2));

  it.each(sites)('have patterns that read their own samples: %s', async (slug, site) => {
    await trySite(slug, site);
    expect(site.samples.some(({ expect: due }) => due !== null)).toBe(true);
    expect(site.samples.some(({ expect: due }) => due === null)).toBe(true);
  });

  it.each(sites)('are found by the senders of their samples: %s', (slug, site) => {
    const found = site.samples.map(
      ({ mail }) => book.find(comparedAddress(readSender(readHeader(Buffer.from(mail)))) ?? '', '')?.rules.slug,
    );
    expect(found).toEqual(site.samples.map(() => slug));
  });

  it('are of at least twenty-five senders', () => {
    expect(sites.length).toBeGreaterThanOrEqual(25);
  });
});
