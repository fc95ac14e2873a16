import type { Caller } from '@otterpost/contracts/caller';
import type { AccountGroupId } from '@otterpost/contracts/ids';

import { GROUP_HEADER, GROUPS_HEADER, toCells, writeRow } from './account-columns.ts';
import {
  chainChecksum,
  type Digest,
  type FiledAccount,
  type NamedGroup,
  writeAccount,
  writeFileHead,
  writeFileTail,
  writeGroupHead,
  writeGroupTail,
} from './account-file.ts';
import { writeAccountLine } from './account-line.ts';

export const EXPORTS = Symbol('Exports');

export interface ExportWish {
  /** Null for all that the key may see. */
  readonly groupId: AccountGroupId | null;
  readonly ids: readonly AccountGroupId[] | null;
  readonly format: 'json' | 'csv' | 'txt';
}

export interface Exports {
  /** A part of the file, and where the next begins. Audited when it is the first. @throws Failure `not_found` */
  part(caller: Caller, wish: ExportWish, from: string | null): Promise<{ text: string; next: string | null }>;
}

/** What the next part of a file needs to know of those before. */
export interface ExportPlace {
  readonly groupId: string;
  /** The last email, as it is ordered; empty before the first. */
  readonly email: string;
  readonly groups: number;
  readonly accounts: number;
  readonly checksum: string;
}

export const EXPORT_START: ExportPlace = { groupId: '', email: '', groups: 0, accounts: 0, checksum: '' };

/** Writes a file part by part; its counts and checksum are those of all parts so far. */
export class ExportWriter {
  readonly #wish: ExportWish;
  readonly #digest: Digest;
  #groups: number;
  #accounts: number;
  #checksum: string;
  #isFirst = true;

  constructor(wish: ExportWish, digest: Digest, { groups, accounts, checksum }: ExportPlace) {
    this.#wish = wish;
    this.#digest = digest;
    this.#groups = groups;
    this.#accounts = accounts;
    this.#checksum = checksum;
  }

  get progress(): Pick<ExportPlace, 'groups' | 'accounts' | 'checksum'> {
    return { groups: this.#groups, accounts: this.#accounts, checksum: this.#checksum };
  }

  head(): string {
    const { format, groupId } = this.#wish;
    if (format === 'json') return writeFileHead(groupId === null ? 'account-groups' : 'account-group');
    if (format === 'txt') return '#otterpost lines 1\n';
    return groupId === null ? GROUPS_HEADER : GROUP_HEADER;
  }

  groupHead(group: NamedGroup): string {
    this.#isFirst = true;
    this.#groups += 1;
    this.#checksum = chainChecksum(this.#digest, this.#checksum, group);
    return this.#wish.format === 'json' ? writeGroupHead(group, this.#groups === 1) : '';
  }

  /** Within a group whose first accounts stand in a part before. */
  goOn(): void {
    this.#isFirst = false;
  }

  account(group: NamedGroup, account: FiledAccount): string {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    this.#accounts += 1;
    const { format, groupId } = this.#wish;
    if (format === 'txt') return `${writeAccountLine(account)}\n`;
    if (format === 'csv') return writeRow([...(groupId === null ? [group.name, group.site] : []), ...toCells(account)]);
    this.#checksum = chainChecksum(this.#digest, this.#checksum, account);
    return writeAccount(account, isFirst);
  }

  groupTail(): string {
    return this.#wish.format === 'json' ? writeGroupTail() : '';
  }

  tail(): string {
    const counts = { groups: this.#groups, accounts: this.#accounts };
    return this.#wish.format === 'json' ? writeFileTail(counts, this.#checksum) : '';
  }
}
