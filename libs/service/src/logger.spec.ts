import { describe, expect, it } from '@jest/globals';

import { createLogger, type Logger } from './logger.ts';

function linesOf(log: (logger: Logger) => void): string {
  let written = '';
  const write = (line: string): void => {
    written += line;
  };
  log(createLogger({ name: 'logger-spec', level: 'trace' }, { write }));
  return written;
}

describe('the log', () => {
  it.each(['password', 'refreshToken', 'authorization', 'proxy', 'subject', 'verificationCode'])(
    'never holds a %s, at three depths',
    (name) => {
      const canary = 'c4n4ry-482913';
      const text = linesOf((logger) => logger.info({ [name]: canary, a: { [name]: canary, b: { [name]: canary } } }, 'told'));
      expect(text).toContain('told');
      expect(text).not.toContain(canary);
    },
  );

  it('names the service and the time on each line', () => {
    expect(JSON.parse(linesOf((logger) => logger.info('told')))).toMatchObject({
      service: 'logger-spec',
      msg: 'told',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });
});
