import 'reflect-metadata';
import { runService } from '@otterpost/service/run-service';

import { startCodeExtractor } from './code-extractor.module.ts';
import { SERVICE, VARIABLES } from './config.ts';

await runService({ name: SERVICE, variables: VARIABLES, env: process.env, start: startCodeExtractor });
