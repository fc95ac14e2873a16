import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';

import { runService } from '@otterpost/service/run-service';

import { SERVICE, VARIABLES } from './config.ts';
import { startImapIngestor } from './imap-ingestor.module.ts';

// Thousands of idle connections make little garbage each; V8 would let a young generation of 128 MiB fill with it before it collects.
setFlagsFromString('--semi-space-growth-factor=1');
await runService({ name: SERVICE, variables: VARIABLES, env: process.env, start: startImapIngestor });
