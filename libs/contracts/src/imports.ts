import * as z from 'zod';

import { AccountGroupId, ImportId } from './ids.ts';
import { PageQuery, Timestamp } from './page.ts';

/** One file at most: 1 GiB. */
export const IMPORT_BYTES = 1024 ** 3;

/** The query of `POST /v1/imports`. */
export const ImportQuery = z.strictObject({
  groupId: AccountGroupId.optional().meta({ description: 'Into this group; without it, the file names its groups' }),
  dryRun: z.stringbool().default(false).meta({ description: 'Changes nothing, and tells what would change' }),
});
export type ImportQuery = z.infer<typeof ImportQuery>;

/** How a file is written, told by its own shape. */
export const ImportFormat = z.enum([
  'lines',
  'otterpost_lines',
  'semicolon_lines',
  'pipe_lines',
  'tab_lines',
  'dash_lines',
  'otterpost_csv',
  'bitwarden_csv',
  'chrome_csv',
  'firefox_csv',
  'onepassword_csv',
  'lastpass_csv',
  'otterpost_json',
]);
export type ImportFormat = z.infer<typeof ImportFormat>;

export const ImportStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'undone']);
export type ImportStatus = z.infer<typeof ImportStatus>;

/** An import as it stands. The numbers count what the file holds, an email that stands twice as two. */
export const Import = z.object({
  id: ImportId,
  kind: z.enum(['group', 'groups']).meta({ description: 'Into one group, or into all that the file names' }),
  format: ImportFormat,
  status: ImportStatus,
  groupId: AccountGroupId.nullable(),
  dryRun: z.boolean(),
  total: z.int().nullable().meta({ description: 'Null until the file has been read through' }),
  processed: z.int(),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
  code: z.string().nullable().meta({ description: 'Why it failed' }),
  detail: z.string().nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
});
export type Import = z.infer<typeof Import>;

/** What a dry run found: an account that would be made or changed. */
export const ImportChange = z.object({
  line: z.int().meta({ description: 'Line of the text, or place in the JSON, from 1' }),
  action: z.enum(['create', 'update']),
  group: z.object({ name: z.string(), site: z.string() }),
  email: z.string(),
  fields: z.array(z.string()).meta({ description: 'What an update would change' }),
});
export type ImportChange = z.infer<typeof ImportChange>;

export const ImportChangeQuery = PageQuery;

/** The query of an export. */
export const ExportQuery = z.strictObject({ format: z.enum(['json', 'csv', 'txt']).default('json') });
export type ExportQuery = z.infer<typeof ExportQuery>;
export const ExportAllQuery = z.strictObject({
  format: z.enum(['json', 'csv']).default('json'),
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(AccountGroupId).min(1).max(500))
    .optional()
    .meta({ description: 'Only these groups, comma-separated' }),
});
export type ExportAllQuery = z.infer<typeof ExportAllQuery>;
