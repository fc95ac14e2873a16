import type { AccountEntry } from './account-line.ts';

/** A group as a file names it. */
export interface NamedGroup {
  readonly name: string;
  readonly site: string;
}

/** An account with its session, which is JSON text. */
export interface FiledAccount extends AccountEntry {
  readonly session: string | null;
}

/** Gives a digest of 32 bytes as hex. */
export type Digest = (text: string) => string;

/**
 * The checksum of our JSON is a chain over what it says, not over its letters: it survives being written anew by another program,
 * and each part of a long export can go on from the last.
 */
export function chainChecksum(digest: Digest, before: string, item: NamedGroup | FiledAccount): string {
  const said = 'site' in item ? [item.name, item.site] : [item.email, item.password, item.proxy, item.session];
  return digest(`${before}\n${JSON.stringify(said)}`);
}

/** Before the first group. */
export function writeFileHead(kind: 'account-group' | 'account-groups'): string {
  return `{"kind":"${kind}","version":1,"groups":[`;
}

export function writeGroupHead({ name, site }: NamedGroup, isFirst: boolean): string {
  return `${isFirst ? '' : ','}\n{"name":${JSON.stringify(name)},"site":${JSON.stringify(site)},"accounts":[`;
}

export function writeGroupTail(): string {
  return '\n]}';
}

/** A session is written as the value that it is, or as a text where that would not bring back every letter of it. */
export function writeAccount({ session, ...account }: FiledAccount, isFirst: boolean): string {
  const fields = JSON.stringify(account);
  const rest =
    session === null ? '' : `,${isFaithful(session) ? `"session":${session}` : `"sessionText":${JSON.stringify(session)}`}`;
  return `${isFirst ? '' : ','}\n${fields.slice(0, -1)}${rest}}`;
}

export function writeFileTail(counts: { groups: number; accounts: number }, checksum: string): string {
  return `\n],"counts":${JSON.stringify(counts)},"checksum":"${checksum}"}\n`;
}

function isFaithful(session: string): boolean {
  return !session.includes('__proto__') && JSON.stringify(JSON.parse(session)) === session;
}
