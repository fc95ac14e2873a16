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
  /** The letter that follows, and what follows it: most branches have no other. */
  unit: number;
  only: Branch | undefined;
  more: Map<number, Branch> | undefined;
  readonly entries: Entry[];
}

/** Scripts that write words together, or hang their small words on them. */
const isUnspaced = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u.test(
    text,
  );

/** Letter for letter as long as the text, so that places in one are places in the other. */
export function fold(text: string): string {
  const lower = text.replaceAll('İ', 'i').toLowerCase();
  const folded = /[-‐’‘ʻʼ`´]/.test(lower) ? lower.replace(/[-‐]/g, ' ').replace(/[’‘ʻʼ`´]/g, "'") : lower;
  return folded.length === text.length ? folded : text.toLowerCase().slice(0, text.length);
}

interface Tree {
  readonly atStart: Branch;
  readonly anywhere: Branch;
  /** Which two letters of ASCII begin an entry: most places in a text are passed over by one look. */
  readonly pairs: Uint8Array;
}

const ASCII = 0x80;
const [BEGINS_AT_START, BEGINS_ANYWHERE] = [1, 2];

const WORDS = growTree();

function growTree(): Tree {
  const tree = newTree();
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
    markPair(tree.pairs, text, startsWord ? BEGINS_AT_START : BEGINS_ANYWHERE);
  }
}

function newTree(): Tree {
  return { atStart: newBranch(), anywhere: newBranch(), pairs: new Uint8Array(ASCII * ASCII) };
}

/** An entry whose second letter is no ASCII, or that has none, may go on with any. */
function markPair(pairs: Uint8Array, text: string, kind: number): void {
  const [first, second] = [text.charCodeAt(0), text.length > 1 ? text.charCodeAt(1) : ASCII];
  if (first >= ASCII) return;
  const at = first * ASCII;
  if (second < ASCII) pairs[at + second] = (pairs[at + second] ?? 0) | kind;
  else for (let any = at; any < at + ASCII; any++) pairs[any] = (pairs[any] ?? 0) | kind;
}

function newBranch(): Branch {
  return { unit: -1, only: undefined, more: undefined, entries: [] };
}

function follow(branch: Branch, unit: number): Branch | undefined {
  return branch.unit === unit ? branch.only : branch.more?.get(unit);
}

function grow(branch: Branch, unit: number): Branch {
  const following = newBranch();
  if (branch.only === undefined) {
    branch.unit = unit;
    branch.only = following;
  } else {
    branch.more ??= new Map();
    branch.more.set(unit, following);
  }
  return following;
}

function plant(root: Branch, text: string, entry: Entry): void {
  let branch = root;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    branch = follow(branch, unit) ?? grow(branch, unit);
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
  const tree = newTree();
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
  const letters = new Uint8Array(folded.length);
  for (let at = 0; at < folded.length; at++) if (isLetter(folded.charCodeAt(at))) letters[at] = 1;
  const found: Word[] = [];
  for (let from = 0; from < folded.length; from++) {
    const unit = folded.charCodeAt(from);
    const next = folded.charCodeAt(from + 1);
    const kinds = unit < ASCII && next < ASCII ? (tree.pairs[unit * ASCII + next] ?? 0) : BEGINS_AT_START | BEGINS_ANYWHERE;
    if (kinds === 0) continue;
    const startsWord = from === 0 || letters[from - 1] === 0;
    const first = startsWord && (kinds & BEGINS_AT_START) !== 0 ? follow(tree.atStart, unit) : undefined;
    const within = (kinds & BEGINS_ANYWHERE) !== 0 ? follow(tree.anywhere, unit) : undefined;
    if (first !== undefined) walk(first, folded, letters, from, found);
    if (within !== undefined) walk(within, folded, letters, from, found);
  }
  return found;
}

/** The words of the languages that are spoken, in their order; a word within a longer one of another meaning does not count. */
export function chooseWords(words: readonly Word[], spoken: ReadonlySet<number>): Word[] {
  const known = words.filter(({ languages }) => languages.some((language) => spoken.has(language)));
  return known.filter((word) => !known.some((other) => swallows(other, word))).sort((a, b) => a.from - b.from || a.to - b.to);
}

/** From the branch of the letter at `from` on, as far as the text goes with the tree. */
function walk(first: Branch, text: string, letters: Uint8Array, from: number, found: Word[]): void {
  let branch: Branch | undefined = first;
  for (let at = from + 1; branch !== undefined; at++) {
    if (branch.entries.length > 0) take(branch.entries, text, letters, from, at, found);
    branch = at < text.length ? follow(branch, text.charCodeAt(at)) : undefined;
  }
}

function take(entries: readonly Entry[], text: string, letters: Uint8Array, from: number, to: number, found: Word[]): void {
  for (const { notion, startsWord, endsWord, languages } of entries) {
    if (endsWord && letters[to] === 1) continue;
    found.push({
      notion,
      languages,
      compound: !startsWord && endsWord && wordStart(text, letters, from) < from,
      from: startsWord ? from : wordStart(text, letters, from),
      to: endsWord ? to : wordEnd(text, letters, to),
    });
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
  if (unit < ASCII) return (unit > 0x60 && unit < 0x7b) || (unit > 0x40 && unit < 0x5b);
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
