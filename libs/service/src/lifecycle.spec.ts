import { describe, expect, it } from '@jest/globals';

import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './logger.ts';

const logger = createLogger({ name: 'lifecycle-spec', level: 'silent' });

describe('Lifecycle', () => {
  it('stops phase by phase, whatever the order in which steps were added', async () => {
    const lifecycle = new Lifecycle(logger);
    const taken: string[] = [];
    lifecycle.onStop('close', 'database', () => void taken.push('close'));
    lifecycle.onStop('answer', 'held requests', () => void taken.push('answer'));
    lifecycle.onStop('handOver', 'leases', () => void taken.push('handOver'));
    lifecycle.onStop('refuse', 'readiness', () => void taken.push('refuse'));
    await lifecycle.stop('test');
    expect(taken).toEqual(['refuse', 'answer', 'handOver', 'close']);
  });

  it('goes on after a step that fails', async () => {
    const lifecycle = new Lifecycle(logger);
    let closed = false;
    lifecycle.onStop('answer', 'broken', () => {
      throw new Error('broken');
    });
    lifecycle.onStop('close', 'database', () => {
      closed = true;
    });
    await lifecycle.stop('test');
    expect(closed).toBe(true);
  });

  it('leaves a step behind that never ends', async () => {
    const lifecycle = new Lifecycle(logger);
    let closed = false;
    lifecycle.onStop('refuse', 'stuck', () => new Promise(() => undefined));
    lifecycle.onStop('close', 'database', () => {
      closed = true;
    });
    await lifecycle.stop('test');
    expect(closed).toBe(true);
  });

  it('stops once, however often it is asked', async () => {
    const lifecycle = new Lifecycle(logger);
    let times = 0;
    lifecycle.onStop('close', 'database', () => {
      times += 1;
    });
    await Promise.all([lifecycle.stop('first'), lifecycle.stop('second')]);
    expect(times).toBe(1);
  });
});
