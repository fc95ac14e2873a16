import type { ExportQuery, Import, ImportChange } from '@otterpost/contracts/imports';

import type { AccountGroup } from '../account-groups.ts';
import type { RejectedEntry } from '../otterpost.ts';
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

/** `otterpost import FILE [--group NAME]`: exit code 1 when an entry was rejected. */
export async function importAccounts(invocation: Invocation): Promise<number> {
  const { words, otterpost, options, openFile, showProgress, signal, write, complain, json } = invocation;
  const [path] = words;
  if (path === undefined || words.length > 1) return refuse(invocation, 'import takes a file');
  const file = await openFile(path);
  const group = options.group === undefined ? undefined : await findOrMakeGroup(invocation, options.group);
  const onProgress = ({ status, processed, total }: Import): void =>
    showProgress(total === null ? status : `${processed} of ${total}`);
  const imported = await otterpost.imports
    .run(file, { groupId: group?.id, dryRun: options.dryRun, signal, onProgress })
    .finally(() => showProgress(''));
  const { latest } = imported;
  const rejected: RejectedEntry[] = [];
  if (latest.rejected > 0) {
    for await (const entry of imported.rejected({ signal })) {
      complain(`line ${entry.line}: ${entry.text}: ${entry.message}`);
      if (json) rejected.push(entry);
    }
  }
  if (json) write(JSON.stringify({ ...latest, group: group?.id ?? null, rejected }));
  else {
    if (options.dryRun) for await (const change of imported.changes({ signal })) write(describeChange(change));
    write(`${group?.name ?? path}: ${describeCounts(latest)}${options.dryRun ? '; nothing was changed' : ''}`);
  }
  return latest.rejected === 0 ? 0 : 1;
}

function describeChange({ action, group, email, fields }: ImportChange): string {
  return [action, group.name, email, ...fields].join('  ');
}

function describeCounts({ created, updated, unchanged, rejected }: Import): string {
  return `${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`;
}

/** `otterpost export [--group NAME]`: to a file that is there whole or not at all, else to standard output. */
export async function exportAccounts(invocation: Invocation): Promise<number> {
  const { words, otterpost, options, saveFile, writeBytes, signal } = invocation;
  const { format, out } = options;
  if (words.length > 0) return refuse(invocation, 'export takes no file but --out FILE');
  if (!isFormat(format)) return refuse(invocation, '--format takes json, csv or txt');
  if (format === 'txt' && options.group === undefined)
    return refuse(invocation, 'a txt file holds one group: say which with --group NAME');
  const group = options.group === undefined ? undefined : await getGroup(invocation, options.group);
  const bytes = otterpost.accountGroups.export({ groupId: group?.id, format }, { signal });
  if (out === undefined || out === '-') await writeBytes(bytes);
  else await saveFile(out, bytes);
  return 0;
}

function isFormat(text: string): text is ExportQuery['format'] {
  return ['json', 'csv', 'txt'].includes(text);
}

/** By its name, at the site that is named if there is one, or by its id. */
async function findGroup({ otterpost, options, signal }: Invocation, name: string): Promise<AccountGroup | undefined> {
  const named: AccountGroup[] = [];
  for await (const group of otterpost.accountGroups.list({ signal })) {
    if (group.id === name || (group.name === name && (options.site === undefined || group.site === options.site)))
      named.push(group);
  }
  const [only, second] = named;
  if (second !== undefined)
    throw new OtterpostError('ambiguous_group', `Several groups are called ${name}; say which with --site`);
  return only;
}

async function getGroup(invocation: Invocation, name: string): Promise<AccountGroup> {
  const found = await findGroup(invocation, name);
  if (found === undefined) throw new OtterpostError('not_found', `There is no group ${name}`);
  return found;
}

async function findOrMakeGroup(invocation: Invocation, name: string): Promise<AccountGroup> {
  const { site, dryRun } = invocation.options;
  const found = await findGroup(invocation, name);
  if (found !== undefined) return found;
  if (dryRun) throw new OtterpostError('not_found', `There is no group ${name}, and a dry run makes none`);
  if (site === undefined) throw new OtterpostError('not_found', `There is no group ${name}; --site makes it`);
  return invocation.otterpost.accountGroups.create({ name, site }, { signal: invocation.signal });
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
