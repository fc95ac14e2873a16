import type { AccountGroup } from '../account-groups.ts';
import type { Otterpost } from '../otterpost.ts';
import { OtterpostError } from '../otterpost-error.ts';
import { type Invocation, refuse } from './invocation.ts';

/** `otterpost code SITE [RECIPIENT]`: nothing but the code on standard output, for scripts. */
export async function waitForCode(invocation: Invocation): Promise<number> {
  const { words, otterpost, options, signal, write, json } = invocation;
  const [site, recipient] = words;
  if (site === undefined || words.length > 2) return refuse(invocation, 'code takes a site and, if you like, a recipient');
  const opening = otterpost.tickets.open({
    site,
    ...(recipient === undefined ? {} : { recipient }),
    kind: options.link ? 'link' : 'code',
    expiresIn: Math.min(3600, Math.max(5, Math.ceil(options.timeout / 1000))),
  });
  const ticket = await opening;
  const { mailbox } = ticket.latest;
  if (mailbox !== null && mailbox.connection !== 'connected') {
    invocation.complain(`otterpost: the mailbox is ${mailbox.connection} (${mailbox.status}); a code may be late`);
  }
  const wait = { timeout: options.timeout, signal };
  const value = options.link ? await opening.link(wait) : await opening.code(wait);
  write(json ? JSON.stringify(ticket.latest) : value);
  return 0;
}

/** `otterpost mailboxes` */
export async function listMailboxes({ otterpost, signal, write, json }: Invocation): Promise<number> {
  for await (const mailbox of otterpost.mailboxes.list({ signal })) {
    const { name, username, status, statusDetail, lastMailAt } = mailbox;
    if (json) write(JSON.stringify(mailbox));
    else
      write(
        [name.padEnd(20), username.padEnd(32), status.padEnd(18), lastMailAt ?? '-', statusDetail ?? ''].join('  ').trimEnd(),
      );
  }
  return 0;
}

/** `otterpost import FILE --group NAME`: exit code 1 when a line was rejected. */
export async function importAccounts(invocation: Invocation): Promise<number> {
  const { words, otterpost, options, readFile, signal, write, complain, json } = invocation;
  const [file] = words;
  if (file === undefined || words.length > 1 || options.group === undefined)
    return refuse(invocation, 'import takes a file and --group NAME');
  const lines = await readFile(file);
  const group = await findOrMakeGroup(otterpost, options.group, options.site, signal);
  const { created, updated, rejected } = await otterpost.accountGroups.importAccounts(group.id, lines, { signal });
  for (const { line, text, message } of rejected) complain(`line ${line}: ${text}: ${message}`);
  write(
    json
      ? JSON.stringify({ group: group.id, created, updated, rejected })
      : `${group.name}: ${created} created, ${updated} updated, ${rejected.length} rejected`,
  );
  return rejected.length === 0 ? 0 : 1;
}

async function findOrMakeGroup(
  otterpost: Otterpost,
  name: string,
  site: string | undefined,
  signal: AbortSignal,
): Promise<AccountGroup> {
  const named: AccountGroup[] = [];
  for await (const group of otterpost.accountGroups.list({ signal })) {
    if (group.id === name || (group.name === name && (site === undefined || group.site === site))) named.push(group);
  }
  const [only, second] = named;
  if (second !== undefined)
    throw new OtterpostError('ambiguous_group', `Several groups are called ${name}; say which with --site`);
  if (only !== undefined) return only;
  if (site === undefined) throw new OtterpostError('not_found', `There is no group ${name}; --site makes it`);
  return otterpost.accountGroups.create({ name, site }, { signal });
}

/** `otterpost tail`, until Ctrl-C. */
export async function tailCodes({ otterpost, signal, write, json }: Invocation): Promise<number> {
  for await (const { event, entry } of otterpost.codes.tail({ signal })) {
    if (json) write(JSON.stringify({ event, ...entry }));
    else {
      const { receivedAt, site, recipient, code, link, reason, refused } = entry;
      const outcome = code ?? link ?? `no code: ${reason?.detail ?? 'nothing in it looks like one'}`;
      write([receivedAt, site ?? '-', recipient ?? '-', outcome, ...(refused ? ['not authentic'] : [])].join('  '));
    }
  }
  return 0;
}
