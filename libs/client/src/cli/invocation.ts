import type { Otterpost } from '../otterpost.ts';

export const USAGE = `otterpost: codes from an Otterpost gateway

  otterpost code SITE [RECIPIENT] [--timeout SECONDS] [--link]   waits for the next code and prints it
  otterpost mailboxes                                            lists the mailboxes and how they are
  otterpost import FILE --group NAME [--site SLUG]               imports lines email:password[:proxy]; FILE - reads from standard input
  otterpost tail                                                 prints codes as they come (masked unless the key is an admin's)

  --url URL    the gateway; else OTTER_URL, else http://127.0.0.1:8080
  --key-file F a file that holds the API key; else OTTER_KEY
  --json       prints JSON, one value a line`;

/** What a command may touch. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly readFile: (path: string) => Promise<string>;
  readonly signal: AbortSignal;
}

export interface Invocation extends World {
  readonly otterpost: Otterpost;
  readonly words: readonly string[];
  readonly json: boolean;
  readonly options: {
    readonly timeout: number;
    readonly link: boolean;
    readonly group: string | undefined;
    readonly site: string | undefined;
  };
}

/** Tells what is wrong with the command line, and how it goes. */
export function refuse(world: Pick<World, 'complain'>, reason: string): 2 {
  world.complain(`otterpost: ${reason}\n\n${USAGE}`);
  return 2;
}
