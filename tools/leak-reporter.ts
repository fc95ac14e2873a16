import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHANNELS, EVIDENCE_VARIABLE } from '@otterpost/testkit/evidence';
import { findLeaks } from '@otterpost/testkit/leaks';

const MIB = 1024 * 1024;
const LEAKS_TOLD = 20;

/**
 * Fails a test run that left one of its secrets where none may be. All that a run logs, measures, sends and stores is kept until its
 * end (`@otterpost/testkit/evidence`); after a leak it stays, to be looked at.
 */
export default class LeakReporter {
  #folder = '';
  #error: Error | undefined;

  /** Before Jest forks its workers, which inherit the variable. */
  onRunStart(): void {
    this.#folder = mkdtempSync(join(tmpdir(), 'otterpost-evidence-'));
    process.env[EVIDENCE_VARIABLE] = this.#folder;
  }

  onRunComplete(): void {
    const seen: string[] = [];
    const leaks: string[] = [];
    for (const channel of CHANNELS) {
      const folder = join(this.#folder, channel);
      mkdirSync(folder, { recursive: true });
      const searched = findLeaks(folder);
      seen.push(`${channel} ${(searched.bytes / MIB).toFixed(1)} MiB`);
      leaks.push(...searched.leaks.map(({ place, shape, around }) => `  ${channel}, ${shape}, at ${place}:\n    ${around}`));
    }
    console.error(`Secrets of the tests: ${leaks.length} found in ${seen.join(', ')}`);
    if (leaks.length === 0) return rmSync(this.#folder, { recursive: true });
    console.error(leaks.slice(0, LEAKS_TOLD).join('\n'));
    this.#error = new Error('A secret of the tests was found where none may be');
  }

  getLastError(): Error | undefined {
    return this.#error;
  }
}
