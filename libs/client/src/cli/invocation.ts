import type { FileBody, Otterpost } from '../otterpost.ts';

export const USAGE = `otterpost: codes from an Otterpost gateway

  otterpost code SITE [RECIPIENT] [--timeout SECONDS] [--link]   waits for the next code and prints it
  otterpost mailboxes                                            lists the mailboxes and how they are
  otterpost import FILE [--group NAME] [--site SLUG] [--dry-run] imports accounts into the group, which --site makes; without
                                                                 --group the file names its groups; FILE - is standard input
  otterpost export [--group NAME] [--format json|csv|txt] [--out FILE]
                                                                 writes a group, or all of them; secrets stand in it in clear
  otterpost tail                                                 prints codes as they come (masked unless the key is an admin's)

  --url URL    the gateway; else OTTER_URL, else http://127.0.0.1:8080
  --key-file F a file that holds the API key; else OTTER_KEY
  --json       prints JSON, one value a line`;

/** What a command may touch. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  readonly complain: (line: string) => void;
  /** One line that the next is written over, where a person looks on; empty when there is nothing to show any more. */
  readonly showProgress: (line: string) => void;
  readonly writeBytes: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
  readonly readFile: (path: string) => Promise<string>;
  readonly openFile: (path: string) => Promise<FileBody>;
  readonly saveFile: (path: string, bytes: AsyncIterable<Uint8Array>) => Promise<void>;
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
    readonly dryRun: boolean;
    readonly format: string;
    readonly out: string | undefined;
  };
}

/** Tells what is wrong with the command line, and how it goes. */
export function refuse(world: Pick<World, 'complain'>, reason: string): 2 {
  world.complain(`otterpost: ${reason}\n\n${USAGE}`);
  return 2;
}
