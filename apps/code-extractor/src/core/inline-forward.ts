import { FORWARD_WORDS } from './forward-words.ts';
import type { ReadableMail } from './mail.ts';

type Shown = Pick<ReadableMail, 'subject' | 'lines' | 'links'>;

/** A mail that stands within another, as its forwarder's program wrote it down. */
export interface InnerMail extends Shown {
  /** Null when the block does not name one address: a name alone, or several addresses. */
  readonly from: string | null;
  readonly to: string | null;
}

type Part = 'from' | 'to' | 'subject' | 'others';
const LANGUAGES = Object.values(FORWARD_WORDS);
const PARTS: ReadonlyMap<string, Part> = new Map(
  (['others', 'subject', 'to', 'from'] as const).flatMap((part) =>
    LANGUAGES.flatMap((one) => one[part].map((word) => [fold(word), part] as const)),
  ),
);
/** Marks of emphasis and quotation that a plain text keeps of an HTML. */
const LABEL = /^[>*_ |]*([^:：*]{1,30}?)\s?\*{0,2}\s?[:：]\s?\*{0,2}\s*(.*)$/u;
const PREFIX = alternation(LANGUAGES.flatMap(({ prefixes }) => prefixes));
const FORWARDED = new RegExp(`^\\s*(?:(?:re|aw|sv|antw|odp|ynt|res)\\s*[:：]\\s*)*(?:${PREFIX})\\s*[:：]`, 'iu');
const PREFIXES = new RegExp(`^(?:\\s*(?:${PREFIX})\\s*[:：])+\\s*`, 'iu');
const MARKER = new RegExp(alternation(LANGUAGES.flatMap(({ markers }) => markers)), 'iu');
/** A block names the sender and at least two of the rest; so many lines less one may lie between two of its labels. */
const LEAST_PARTS = 3;
const MOST_BETWEEN = 3;
const ADDRESS = /[^\s<>()[\],;:"']+@[^\s<>()[\],;:"']+\.[^\s<>()[\],;:"']+/gu;

/** Opens what was forwarded with the text of the mail itself ("Fwd: …"); undefined for a mail that is none such. */
export function openForward(mail: Shown): InnerMail | undefined {
  const marker = findMarker(mail.lines);
  if (marker === -1 && !FORWARDED.test(fold(mail.subject))) return undefined;
  const block = findBlock(mail.lines, marker + 1) ?? (marker === -1 ? undefined : findBlock(mail.lines, 0));
  if (block === undefined) return undefined;
  const { values, end, quoted } = block;
  const lines = mail.lines.slice(end);
  return {
    from: soleAddressIn(values.get('from') ?? ''),
    to: values.get('to')?.match(ADDRESS)?.[0]?.toLowerCase() ?? null,
    subject: values.get('subject') ?? mail.subject.replace(PREFIXES, ''),
    lines: quoted ? lines.map((line) => line.replace(/^(?:> ?)+/, '')).filter((line) => line !== '') : lines,
    links: mail.links,
  };
}

export function isForward({ subject, lines }: Shown): boolean {
  return findMarker(lines) !== -1 || FORWARDED.test(fold(subject));
}

/** The line above a block, or -1. */
function findMarker(lines: readonly string[]): number {
  return lines.findIndex((line) => line.length < 120 && MARKER.test(fold(line)));
}

interface Block {
  readonly values: ReadonlyMap<Part, string>;
  readonly begin: number;
  /** The first line after it. */
  readonly end: number;
  readonly quoted: boolean;
}

/** The first run of labelled lines that names a sender and two other things. */
function findBlock(lines: readonly string[], from: number): Block | undefined {
  for (let at = from; at < lines.length; at++) {
    if (labelOf(lines[at] ?? '') === undefined) continue;
    const block = blockAt(lines, at);
    if (block.values.has('from') && block.values.size >= LEAST_PARTS) return block;
    at = Math.max(at, block.end - 1);
  }
  return undefined;
}

/** Where a mail's sender, recipient and subject are written down in its text, as above what is answered. */
export function findHeaderBlock(lines: readonly string[]): { readonly begin: number } | undefined {
  return findBlock(lines, 0);
}

function blockAt(lines: readonly string[], begin: number): Block {
  const values = new Map<Part, string>();
  let end = begin;
  for (let at = begin; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const label = labelOf(line);
    if (label === undefined) {
      // A long list of addresses goes on.
      if (line.includes('@') && at - end < MOST_BETWEEN) continue;
      break;
    }
    // A second sender begins another block, or is the mail's own text.
    if (label.part !== 'others' && values.has(label.part)) break;
    // A label that stands alone has its value below.
    const below = label.value === '' && labelOf(lines[at + 1] ?? '') === undefined;
    values.set(label.part, below ? (lines[at + 1] ?? '') : label.value);
    if (below) at++;
    end = at + 1;
  }
  return { values, begin, end, quoted: /^>/.test(lines[begin] ?? '') };
}

function labelOf(line: string): { part: Part; value: string } | undefined {
  const [, name, value] = LABEL.exec(line) ?? [];
  const part = name === undefined ? undefined : PARTS.get(fold(name));
  return part === undefined ? undefined : { part, value: value?.trim() ?? '' };
}

/** A name that looks like an address must not be taken for the address beside it. */
function soleAddressIn(text: string): string | null {
  const [bracketed] = /<\s*(?:mailto:)?\s*([^<>\s]+@[^<>\s]+)\s*>[^<>]*$/iu.exec(text)?.slice(1) ?? [];
  const all = new Set((text.match(ADDRESS) ?? []).map((address) => address.replace(/^mailto:/i, '').toLowerCase()));
  if (bracketed !== undefined) return bracketed.toLowerCase();
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

/** Without case; Turkish capitals come in two forms. */
function fold(text: string): string {
  return text.trim().toLowerCase().replace(/i̇/g, 'i');
}

function alternation(texts: readonly string[]): string {
  return [...new Set(texts.map(fold))]
    .sort((one, other) => other.length - one.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
}
