import 'reflect-metadata';

import { describeOwnApi } from './gateway.module.ts';

/** For `tools/generate.ts`, which writes `docs/openapi.json`. */
process.stdout.write(`${JSON.stringify(describeOwnApi(), null, 2)}\n`);
