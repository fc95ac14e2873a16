import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FORBIDDEN = join(ROOT, 'tools', 'fixtures', 'forbidden');
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IFlattenedRuleSet & {
  forbidden: { name: string }[];
  options: ICruiseOptions;
};

/** One file a rule that breaks it. */
const OFFENCES: Readonly<Record<string, string>> = {
  'no-cycles': 'apps/gateway/src/core/ring-a.ts',
  'no-app-imports-app': 'apps/gateway/src/asks-another-app.ts',
  'no-lib-imports-app': 'libs/messaging/src/asks-an-app.ts',
  'contracts-stand-alone': 'libs/contracts/src/reads-files.ts',
  'libs-meet-in-contracts': 'libs/messaging/src/asks-another-lib.ts',
  'core-knows-contracts-only': 'apps/gateway/src/core/reads-files.ts',
  'edge-never-reaches-adapters': 'apps/gateway/src/edge/door.ts',
  'adapters-never-reach-edge': 'apps/gateway/src/adapters/opens-the-door.ts',
  'no-barrels': 'apps/gateway/src/enters-a-barrel.ts',
  'no-way-past-the-doors': 'apps/gateway/src/climbs-into-a-lib.ts',
  'testkit-stays-in-tests': 'apps/gateway/src/stands-on-the-testkit.ts',
  'one-door-to-imapflow': 'apps/imap-ingestor/src/speaks-imap.ts',
};

describe('the dependency rules', () => {
  it('each have a planted offence', () => {
    expect(Object.keys(OFFENCES).sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
  });

  it.each(Object.entries(OFFENCES))('report %s', async (rule, offender) => {
    const { exclude: _, tsConfig: _config, ...options } = config.options;
    const { output } = await cruise(['apps', 'libs'], {
      ...options,
      baseDir: FORBIDDEN,
      ruleSet: { forbidden: config.forbidden },
      validate: true,
    });
    const reported = (output as ICruiseResult).summary.violations.filter((violation) => violation.rule.name === rule);
    expect(reported.map(({ from }) => from)).toContain(offender);
  });
});
