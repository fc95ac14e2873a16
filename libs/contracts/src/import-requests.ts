import * as z from 'zod';

import { Caller } from './caller.ts';
import { AccountGroupId, ImportId } from './ids.ts';
import { Import, ImportChange, ImportChangeQuery } from './imports.ts';
import { defineRequest } from './message.ts';
import { pageOf } from './page.ts';

const Asked = z.object({ caller: Caller });
const AskedOfImport = Asked.extend({ id: ImportId });

/** The first piece of a file: it is told from it what the file is, so that a wrong one is refused at once. */
export const openImport = defineRequest(
  'accounts.imports.open',
  Asked.extend({
    id: ImportId,
    groupId: AccountGroupId.nullable(),
    dryRun: z.boolean(),
    /** Sealed as `importPiecePlace` of number 0 says. */
    piece: z.base64(),
  }),
  z.object({}),
);
/** Piece after piece. Safe to repeat: a piece that is there is not taken again. */
export const appendImport = defineRequest(
  'accounts.imports.append',
  AskedOfImport.extend({ number: z.int(), piece: z.base64() }),
  z.object({}),
);
/** All pieces are there: the import waits for its turn. Safe to repeat. */
export const beginImport = defineRequest('accounts.imports.begin', AskedOfImport.extend({ pieces: z.int() }), Import);
export const getImport = defineRequest('accounts.imports.get', AskedOfImport, Import);
export const listImports = defineRequest('accounts.imports.list', Asked.extend({ query: ImportChangeQuery }), pageOf(Import));
export const cancelImport = defineRequest('accounts.imports.cancel', AskedOfImport, Import);
/** Is undone in steps; `undone` when the last is over. Safe to repeat. */
export const undoImport = defineRequest('accounts.imports.undo', AskedOfImport, Import);
export const listImportChanges = defineRequest(
  'accounts.imports.changes',
  AskedOfImport.extend({ query: ImportChangeQuery }),
  pageOf(ImportChange),
);

/** A part of a file, sealed for the subject, and where the next begins; null when it was the last. */
const FilePart = z.object({ part: z.base64(), next: z.string().nullable() });
/** The rejected entries as a file to mend. Audited with its first part. */
export const readRejected = defineRequest(
  'accounts.imports.rejected',
  AskedOfImport.extend({ from: z.string().nullable() }),
  FilePart.extend({ type: z.string(), name: z.string() }),
);
/** One group, or those that the key may see. Audited with its first part. */
export const exportAccounts = defineRequest(
  'accounts.export',
  Asked.extend({
    groupId: AccountGroupId.nullable(),
    ids: z.array(AccountGroupId).nullable(),
    format: z.enum(['json', 'csv', 'txt']),
    from: z.string().nullable(),
  }),
  FilePart,
);

/** Where a piece of a file belongs, for sealing: it lies in the database as it travels. */
export function importPiecePlace(id: string, number: number): { table: string; row: string; column: string } {
  return { table: 'import_pieces', row: `${id}.${number}`, column: 'bytes' };
}
