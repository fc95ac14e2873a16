#!/usr/bin/env node
/**
 * The door of every npm script. Runs on Node.js 20 with nothing installed: brings what is missing, then hands over to the command on
 * Node.js 24.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

import { ROOT, SetUpError } from './set-up/machine.mjs';
import { setUp } from './set-up/set-up.mjs';

/** Each command's script, what it needs of the machine, and Node's own options for it. */
const COMMANDS = {
  demo: { script: 'tools/demo/demo.ts', needs: ['build', 'nats-server'] },
  start: { script: 'tools/start.ts', needs: ['build', 'nats-server'] },
  test: { script: 'tools/test.ts', needs: ['build', 'nats-server', 'dovecot', 'chromium'] },
  check: { script: 'tools/check.ts', needs: ['build'] },
  extract: { script: 'tools/extract.ts', needs: ['build'] },
  bench: { script: 'tools/bench/bench.ts', needs: ['build', 'nats-server', 'dovecot'] },
  chaos: { script: 'tools/chaos/chaos.ts', needs: ['build', 'nats-server', 'dovecot'] },
  keys: { script: 'tools/keys/keys.ts', needs: ['build'] },
  generate: { script: 'tools/generate.ts', needs: ['build'] },
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

try {
  if (command === undefined) throw new SetUpError(`There is no command "${name}": ${Object.keys(COMMANDS).join(', ')}`);
  if (!existsSync(join(ROOT, command.script))) throw new SetUpError(`\`npm run ${name}\` is not there yet`);
  const node = await setUp(command.needs);
  const child = spawn(
    node,
    ['--conditions=@otterpost/source', '--disable-warning=ExperimentalWarning', join(ROOT, command.script), ...args],
    {
      // The channel tells the command when this process is killed: nobody would be left to stop it.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
    },
  );
  // A terminal sends Ctrl-C to both; whoever ends only this process means the command.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  console.error(error.message);
  process.exit(1);
}
