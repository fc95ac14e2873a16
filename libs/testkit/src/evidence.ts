import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { findLeaks, SEARCHED_SUFFIX } from './leaks.ts';

/** Names the folder in which a test run keeps what it saw until its end. Without it nothing is kept. */
export const EVIDENCE_VARIABLE = 'TEST_EVIDENCE_DIR';
export const CHANNELS = ['logs', 'metrics', 'bus', 'database'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Evidence {
  write(text: string): void;
}

/** What one source says from now on, such as a service's log. */
export function keepEvidence(channel: Channel, source: string): Evidence {
  const file = evidenceFile(channel, source);
  if (file === undefined) return { write: () => undefined };
  const descriptor = openSync(file, 'a');
  return { write: (text) => void writeSync(descriptor, text) };
}

/** A file for a source that writes its evidence itself; undefined where none is kept. */
export function evidenceFile(channel: Channel, source: string): string | undefined {
  const folder = process.env[EVIDENCE_VARIABLE];
  if (folder === undefined) return undefined;
  mkdirSync(join(folder, channel), { recursive: true });
  return join(folder, channel, `${source.replace(/[^\w.-]+/g, '-')}-${randomBytes(4).toString('hex')}`);
}

/** A server's own files are searched before they go: what was found is kept in their place. */
export function searchBeforeDeletion(channel: Channel, source: string, folder: string): void {
  const file = evidenceFile(channel, source);
  if (file !== undefined) writeFileSync(`${file}${SEARCHED_SUFFIX}`, JSON.stringify(findLeaks(folder)));
}
