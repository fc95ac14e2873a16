import 'reflect-metadata';

import { runService } from '@otterpost/service/run-service';

import { SERVICE, VARIABLES } from './config.ts';
import { startImapIngestor } from './imap-ingestor.module.ts';

await runService({ name: SERVICE, variables: VARIABLES, env: process.env, start: startImapIngestor });
