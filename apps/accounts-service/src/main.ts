import 'reflect-metadata';
import { runService } from '@otterpost/service/run-service';

import { startAccountsService } from './accounts-service.module.ts';
import { SERVICE, VARIABLES } from './config.ts';

await runService({ name: SERVICE, variables: VARIABLES, env: process.env, start: startAccountsService });
