import { LEXICON } from './lexicon/lexicon.ts';
import type { Words } from './lexicon/words.ts';
import { normalizeLine } from './normalize.ts';

export type Notion = keyof Words;

/** A word of the lexicon in a text, widened to the whole word of which it is a stem. */
export interface Word {
  readonly notion: Notion;
  readonly from: number;
  readonly to: number;
  /** It ends a longer word: "Eventcode". */
  readonly compound: boolean;
  /** Whose word it is, as positions in `LANGUAGES`. */
  readonly languages: readonly number[];
}

export const LANGUAGES: readonly string[] = Object.keys(LEXICON);

interface Entry {
  readonly notion: Notion;
  readonly languages: number[];
  readonly startsWord: boolean;
  readonly endsWord: boolean;
}

/** The letters of an entry one after another: all entries are looked for in one pass. */
interface Branch {
  readonly next: Map<number, Branch>;
  readonly entries: Entry[];
}

/** Scripts that write words together, or hang their small words on them. */
const isUnspaced = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u.test(
    text,
  );

/** Letter for letter as long as the text, so that places in one are places in the other. */
export function fold(text: string): string {
  const folded = text
    .replaceAll('İ', 'i')
    .toLowerCase()
    .replace(/[-‐]/g, ' ')
    .replace(/[’‘ʻʼ`´]/g, "'");
  return folded.length === text.length ? folded : text.toLowerCase().slice(0, text.length);
}

interface Tree {
  readonly atStart: Branch;
  readonly anywhere: Branch;
}

const WORDS = growTree();

function growTree(): Tree {
  const tree = { atStart: newBranch(), anywhere: newBranch() };
  for (const [language, words] of Object.values(LEXICON).entries()) {
    for (const [notion, list] of Object.entries(words) as [Notion, string][]) plantList(tree, list, notion, language);
  }
  return tree;
}

function plantList(tree: Tree, list: string, notion: Notion, language: number): void {
  for (const entry of list.split(/, ?/)) {
    const text = fold(normalizeLine(entry.replace(/^\*|\*$/g, '')));
    const loose = isUnspaced(text);
    const startsWord = !loose && !entry.startsWith('*');
    const endsWord = !loose && !entry.endsWith('*');
    plant(startsWord ? tree.atStart : tree.anywhere, text, { notion, startsWord, endsWord, languages: [language] });
  }
}

function newBranch(): Branch {
  return { next: new Map(), entries: [] };
}

function plant(root: Branch, text: string, entry: Entry): void {
  let branch = root;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    let following = branch.next.get(unit);
    if (following === undefined) {
      following = newBranch();
      branch.next.set(unit, following);
    }
    branch = following;
  }
  const known = branch.entries.find(({ notion, endsWord }) => notion === entry.notion && endsWord === entry.endsWord);
  if (known === undefined) branch.entries.push(entry);
  else known.languages.push(...entry.languages);
}

/** The words of the lexicon in a normalized text, of whatever language. */
export function findWords(text: string): Word[] {
  return search(WORDS, text);
}

/** Words with one meaning, apart from the lexicon. */
export type WordList = Tree;

export function wordList(lists: readonly string[]): WordList {
  const tree = { atStart: newBranch(), anywhere: newBranch() };
  for (const list of lists) plantList(tree, list, 'label', 0);
  return tree;
}

export function findListed(list: WordList, text: string): Word[] {
  return search(list, text);
}

export function lookUp(list: WordList, text: string): boolean {
  return search(list, normalizeLine(text)).length > 0;
}

function search(tree: Tree, text: string): Word[] {
  const folded = fold(text);
  const letters = Uint8Array.from({ length: folded.length }, (_, at) => (isLetter(folded.charCodeAt(at)) ? 1 : 0));
  const found: Word[] = [];
  for (let from = 0; from < folded.length; from++) {
    const startsWord = from === 0 || letters[from - 1] === 0;
    if (startsWord) walk(tree.atStart, folded, letters, from, found);
    walk(tree.anywhere, folded, letters, from, found);
  }
  return found;
}

/** The words of the languages that are spoken, in their order; a word within a longer one of another meaning does not count. */
export function chooseWords(words: readonly Word[], spoken: ReadonlySet<number>): Word[] {
  const known = words.filter(({ languages }) => languages.some((language) => spoken.has(language)));
  return known.filter((word) => !known.some((other) => swallows(other, word))).sort((a, b) => a.from - b.from || a.to - b.to);
}

function walk(root: Branch, text: string, letters: Uint8Array, from: number, found: Word[]): void {
  let branch: Branch | undefined = root;
  for (let at = from; branch !== undefined; at++) {
    for (const { notion, startsWord, endsWord, languages } of branch.entries) {
      if (endsWord && letters[at] === 1) continue;
      found.push({
        notion,
        languages,
        compound: !startsWord && endsWord && wordStart(text, letters, from) < from,
        from: startsWord ? from : wordStart(text, letters, from),
        to: endsWord ? at : wordEnd(text, letters, at),
      });
    }
    branch = at < text.length ? branch.next.get(text.charCodeAt(at)) : undefined;
  }
}

function wordStart(text: string, letters: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && letters[at - 1] === 1 && !isUnspacedUnit(text.charCodeAt(at - 1))) at--;
  return at;
}

function wordEnd(text: string, letters: Uint8Array, to: number): number {
  let at = to;
  while (at < text.length && letters[at] === 1 && !isUnspacedUnit(text.charCodeAt(at))) at++;
  return at;
}

/** "Recovery codes" are not codes for recovery, "Abholcode" is no code to log in. */
function swallows(big: Word, small: Word): boolean {
  if (big === small || big.from > small.from || big.to < small.to) return false;
  const longer = big.to - big.from > small.to - small.from;
  if (big.notion === 'other' || big.notion === 'label')
    return small.notion === 'code' || small.notion === 'passcode' || (longer && small.notion !== 'other');
  return longer && big.notion === 'passcode';
}

const LETTER = /[\p{L}\p{M}]/u;

function isLetter(unit: number): boolean {
  if (unit < 0x80) return (unit > 0x60 && unit < 0x7b) || (unit > 0x40 && unit < 0x5b);
  return LETTER.test(String.fromCharCode(unit));
}

/** Thai, Lao, Tibetan, Burmese, Khmer, Kana, Han, Hangul. */
function isUnspacedUnit(unit: number): boolean {
  return (
    (unit >= 0xe00 && unit < 0x10a0) ||
    (unit >= 0x1780 && unit < 0x1800) ||
    (unit >= 0x3040 && unit < 0xa000) ||
    (unit >= 0xac00 && unit < 0xd7b0)
  );
}
