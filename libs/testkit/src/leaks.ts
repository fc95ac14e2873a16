import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findSecrets } from './canary.ts';
import { isAtWorkersDoor } from './nats-trace.ts';

/** A secret where none may be. */
export interface Leak {
  /** The file, and the byte in it. */
  readonly place: string;
  readonly shape: string;
  /** What stands there. */
  readonly around: string;
}

export interface Searched {
  readonly bytes: number;
  readonly leaks: readonly Leak[];
}

/** What a file of this name holds was found elsewhere. */
export const SEARCHED_SUFFIX = '.searched';
const AROUND_BYTES = 120;

/** Searches every file in the folder, whatever it holds, for secrets of tests. */
export function findLeaks(folder: string): Searched {
  let bytes = 0;
  const leaks: Leak[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const searched = searchFile(join(entry.parentPath, entry.name));
    bytes += searched.bytes;
    leaks.push(...searched.leaks);
  }
  return { bytes, leaks };
}

function searchFile(path: string): Searched {
  const content = readFileSync(path);
  if (path.endsWith(SEARCHED_SUFFIX)) return JSON.parse(content.toString());
  const found = findSecrets(content).filter(({ at }) => !isAtWorkersDoor(content, at));
  return {
    bytes: content.length,
    leaks: found.map(({ shape, at }) => ({ place: `${path}:${at}`, shape, around: printable(content, at) })),
  };
}

function printable(content: Buffer, at: number): string {
  return content.toString('latin1', Math.max(0, at - AROUND_BYTES), at + AROUND_BYTES).replace(/[^ -~]+/g, '·');
}
