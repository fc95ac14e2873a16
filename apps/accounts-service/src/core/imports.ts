import type { Caller } from '@otterpost/contracts/caller';
import { Failure } from '@otterpost/contracts/failure';
import type { AccountGroupId, ImportId } from '@otterpost/contracts/ids';
import type { Import, ImportChange } from '@otterpost/contracts/imports';
import type { Page, PageQuery } from '@otterpost/contracts/page';

import type { FileShape } from './import-format.ts';
import type { ImportRecord } from './import-record.ts';

export const IMPORT_STORE = Symbol('ImportStore');

export interface NewImport {
  readonly id: ImportId;
  readonly caller: Caller;
  readonly groupId: AccountGroupId | null;
  readonly dryRun: boolean;
}

/** An import that this process holds, until another takes it over: each write carries the fence. */
export interface HeldImport {
  readonly id: ImportId;
  readonly fence: string;
  readonly caller: Caller;
  readonly groupId: AccountGroupId | null;
  readonly dryRun: boolean;
  readonly shape: FileShape;
  readonly total: number | null;
  /** Entries that are done: where to go on. */
  readonly processed: number;
  readonly isUndo: boolean;
}

/** Files that wait, the imports made of them and what they found. Secrets lie sealed throughout. */
export interface ImportStore {
  /** @throws Failure `not_found` when there is no such group; what is wrong with the file, as far as its beginning tells */
  open(start: NewImport, piece: Buffer): Promise<void>;
  /** @throws Failure `import_line_too_long`, `not_found` */
  append(caller: Caller, id: ImportId, number: number, piece: Buffer): Promise<void>;
  begin(caller: Caller, id: ImportId, pieces: number): Promise<Import>;
  find(caller: Caller, id: ImportId): Promise<Import | undefined>;
  list(caller: Caller, query: PageQuery): Promise<Page<Import>>;
  /** What was taken in by then stays, and can be undone. @throws Failure `import_ended` */
  cancel(caller: Caller, id: ImportId): Promise<Import>;
  /** @throws Failure `import_ended` when it runs yet, or ended more than a day ago */
  undo(caller: Caller, id: ImportId): Promise<Import>;
  changes(caller: Caller, id: ImportId, query: PageQuery): Promise<Page<ImportChange>>;
  /** A part of the file of rejected entries; audited when it is the first. */
  rejected(caller: Caller, id: ImportId, from: string | null): Promise<RejectedPart>;
  /** Clears away what is kept no longer. */
  forget(): Promise<void>;
}

export interface RejectedPart {
  readonly text: string;
  readonly next: string | null;
  readonly type: string;
  readonly name: string;
}

/** The work on imports, one at a time. */
export interface ImportWork {
  claim(): Promise<HeldImport | undefined>;
  /** False when it is no longer this process's, or was cancelled. */
  renew(held: HeldImport): Promise<boolean>;
  read(held: HeldImport): AsyncIterable<readonly ImportRecord[]>;
  counted(held: HeldImport, total: number): Promise<boolean>;
  /** All of the batch or nothing, and only as long as the import is this process's. */
  apply(held: HeldImport, records: readonly ImportRecord[], processed: number): Promise<boolean>;
  finish(held: HeldImport): Promise<void>;
  fail(held: HeldImport, failure: Failure): Promise<void>;
  /** Gives the import back, for any process to go on. */
  release(held: HeldImport): Promise<void>;
  /** One step; true while more is to be undone. */
  undoSome(held: HeldImport): Promise<boolean>;
}

export function noSuchImport(id: string): Failure {
  return new Failure('not_found', { detail: `There is no import ${id}` });
}

/** @throws Failure `wrong_import_kind` */
export function assertFits({ kind, format }: FileShape, groupId: AccountGroupId | null): void {
  if ((kind === 'group') === (groupId !== null)) return;
  const detail =
    kind === 'groups'
      ? 'The file names its groups: import it without groupId'
      : `The file (${format}) is of one group: say which with ?groupId=`;
  throw new Failure('wrong_import_kind', { detail });
}
