import type { CodeListing, CodeStatus } from '@otterpost/contracts/codes';
import type { Page, PageQuery } from '@otterpost/contracts/page';

export const CODE_SHELF = Symbol('CodeShelf');

export interface CodeFilter extends PageQuery {
  /** The sites that may be seen; null for all. */
  readonly sites: readonly string[] | null;
  readonly site?: string | undefined;
  readonly recipient?: string | undefined;
  /** Received then or later, ISO 8601. */
  readonly since?: string | undefined;
  readonly status?: CodeStatus | undefined;
}

/** All codes that were read or typed, newest first. Masked for everybody: what is shown in clear must be written down first. */
export interface CodeShelf {
  list(filter: CodeFilter): Promise<Page<CodeListing>>;
  find(id: string): Promise<CodeListing | undefined>;
}
