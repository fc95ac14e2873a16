import { parseArgs } from 'node:util';

import { Otterpost } from '../otterpost.ts';
import { exportAccounts, importAccounts, listMailboxes, tailCodes, waitForCode } from './commands.ts';
import { refuse, USAGE, type World } from './invocation.ts';

const COMMANDS = {
  code: waitForCode,
  mailboxes: listMailboxes,
  import: importAccounts,
  export: exportAccounts,
  tail: tailCodes,
} as const;

/** Runs one command line; gives the exit code: 0, 1 when it failed, 2 when the line was wrong. */
export async function runCommand(args: readonly string[], world: World): Promise<number> {
  const line = readLine(args);
  if (line instanceof Error) return refuse(world, line.message);
  const [name = 'help', ...words] = line.positionals;
  if (line.values.help || name === 'help') {
    world.write(USAGE);
    return 0;
  }
  if (!isCommand(name)) return refuse(world, `there is no command ${name}`);
  const key =
    line.values['key-file'] === undefined ? world.env.OTTER_KEY : (await world.readFile(line.values['key-file'])).trim();
  if (key === undefined || key === '')
    return refuse(world, 'an API key is needed: set OTTER_KEY, or name its file with --key-file');
  const timeout = Number(line.values.timeout);
  if (!(timeout > 0)) return refuse(world, '--timeout takes a number of seconds');
  const url = line.values.url ?? world.env.OTTER_URL ?? 'http://127.0.0.1:8080';
  if (!URL.canParse(url)) return refuse(world, `--url takes an address like http://127.0.0.1:8080, not ${url}`);
  return COMMANDS[name]({
    ...world,
    otterpost: new Otterpost({ url, key }),
    words,
    json: line.values.json,
    options: {
      timeout: timeout * 1000,
      link: line.values.link,
      group: line.values.group,
      site: line.values.site,
      dryRun: line.values['dry-run'],
      format: line.values.format,
      out: line.values.out,
    },
  });
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
}

function readLine(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        'key-file': { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        timeout: { type: 'string', default: '120' },
        link: { type: 'boolean', default: false },
        group: { type: 'string' },
        site: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        format: { type: 'string', default: 'json' },
        out: { type: 'string' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
