import { NewAccountGroup } from '@otterpost/contracts/accounts';
import { toFailure } from '@otterpost/contracts/failure';
import { newId } from '@otterpost/contracts/ids';
import type { Queryable } from '@otterpost/postgres/database';

import type { NamedGroup } from '../core/account-file.ts';
import { assertMayMake, noSuchGroup } from '../core/account-groups.ts';
import type { ImportRecord } from '../core/import-record.ts';
import type { HeldImport } from '../core/imports.ts';
import { SEEN_GROUP } from './account-view.ts';

export interface ResolvedGroup {
  readonly kind: 'group';
  /** The group's id; of one that a dry run would make, its name and site. */
  readonly key: string;
  readonly group: NamedGroup;
}
interface RefusedGroup {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

type Rejection = Extract<ImportRecord['content'], { kind: 'rejected' }>;

export interface BatchGroups {
  of(record: ImportRecord): ResolvedGroup | RefusedGroup;
  refuse(record: ImportRecord, group: RefusedGroup): Rejection;
  readonly keys: readonly string[];
  readonly named: ReadonlyMap<string, NamedGroup>;
}

/** The groups of a batch, each locked so that it stays while the transaction lasts; those that are not there are made. */
export async function groupsOf(
  tx: Queryable,
  held: HeldImport,
  records: readonly ImportRecord[],
): Promise<{ groups: BatchGroups; made: string[] }> {
  const found = new Map<string, ResolvedGroup | RefusedGroup>();
  const made: string[] = [];
  if (held.groupId !== null) found.set('', await theGroup(tx, held, held.groupId));
  else
    for (const { group } of records) {
      const name = nameOf(group);
      if (group !== null && !found.has(name)) found.set(name, await oneGroup(tx, held, group, made));
    }
  const resolved = [...found.values()].filter((group) => group.kind === 'group');
  return {
    made,
    groups: {
      of: ({ group }) => found.get(held.groupId === null ? nameOf(group) : '') ?? unnamed(),
      refuse: ({ content, group }, { code, message }) => ({
        kind: 'rejected',
        code,
        message,
        text: content.kind === 'account' ? `${content.account.email}:***` : '***',
        raw: JSON.stringify([group?.name ?? '', group?.site ?? '', ...cellsOf(content)]),
      }),
      keys: resolved.map(({ key }) => key),
      named: new Map(resolved.map(({ key, group }) => [key, group])),
    },
  };
}

async function theGroup(tx: Queryable, { caller: { sites, groupIds } }: HeldImport, id: string): Promise<ResolvedGroup> {
  const [row] = await tx.query<{ name: string; site: string }>(
    `SELECT g.name, g.site FROM account_groups g WHERE ${SEEN_GROUP} AND g.id = $3 FOR SHARE`,
    [sites, groupIds, id],
  );
  if (row === undefined) throw noSuchGroup(id);
  return { kind: 'group', key: id, group: row };
}

async function oneGroup(
  tx: Queryable,
  { caller, dryRun }: HeldImport,
  named: NamedGroup,
  made: string[],
): Promise<ResolvedGroup | RefusedGroup> {
  const parsed = NewAccountGroup.safeParse(named);
  if (!parsed.success)
    return { kind: 'refused', code: 'group_invalid', message: 'A group has a name of one line, and the slug of a site' };
  const group = parsed.data;
  const find = (): Promise<{ id: string }[]> =>
    tx.query<{ id: string }>(`SELECT g.id FROM account_groups g WHERE ${SEEN_GROUP} AND g.name = $3 AND g.site = $4 FOR SHARE`, [
      caller.sites,
      caller.groupIds,
      group.name,
      group.site,
    ]);
  const [present] = await find();
  if (present !== undefined) return { kind: 'group', key: present.id, group };
  try {
    assertMayMake(caller, group.site);
  } catch (error) {
    const { code, message } = toFailure(error);
    return { kind: 'refused', code, message };
  }
  if (dryRun) return { kind: 'group', key: nameOf(group), group };
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO account_groups (id, name, site) VALUES ($1, $2, $3)
     ON CONFLICT (name, site) WHERE deleted_at IS NULL DO NOTHING RETURNING id`,
    [newId('accountGroup'), group.name, group.site],
  );
  if (row !== undefined) made.push(row.id);
  const id = row?.id ?? (await find())[0]?.id;
  return id === undefined ? unnamed() : { kind: 'group', key: id, group };
}

function nameOf(group: NamedGroup | null): string {
  return JSON.stringify([group?.name, group?.site]);
}

function unnamed(): RefusedGroup {
  return { kind: 'refused', code: 'group_invalid', message: 'The row names no group: fill in group and site' };
}

function cellsOf(content: ImportRecord['content']): string[] {
  if (content.kind !== 'account') return ['', '', ''];
  const { email, password, proxy } = content.account;
  return [email, password, proxy ?? ''];
}
