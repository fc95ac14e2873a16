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
  /** Which three letters, the first of them ASCII, begin an entry: most places in a text are passed over by one look. */
  readonly beginnings: Uint8Array;
}

const ASCII = 0x80;
const [BEGINS_AT_START, BEGINS_ANYWHERE] = [1, 2];
const SIGNS = 64;
const ANY_SIGN = Array.from({ length: SIGNS }, (_, sign) => sign);

/** Three letters, the first of them ASCII: the same for the same three, and seldom the same for others. */
function hashOf(first: number, second: number, third: number): number {
  return ((first & (SIGNS - 1)) * SIGNS + signOf(second)) * SIGNS + signOf(third);
}

/** What is not ASCII is one sign. */
function signOf(unit: number): number {
  return unit < ASCII ? unit & (SIGNS - 1) : SIGNS - 1;
}

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
    markBeginning(tree.beginnings, text, startsWord ? BEGINS_AT_START : BEGINS_ANYWHERE);
  }
}

function newTree(): Tree {
  return { atStart: newBranch(), anywhere: newBranch(), beginnings: new Uint8Array(SIGNS ** 3) };
}

/** An entry of fewer letters may go on with any. */
function markBeginning(beginnings: Uint8Array, text: string, kind: number): void {
  if (text.charCodeAt(0) >= ASCII) return;
  for (const second of text.length > 1 ? [text.charCodeAt(1)] : ANY_SIGN) {
    for (const third of text.length > 2 ? [text.charCodeAt(2)] : ANY_SIGN) {
      const hash = hashOf(text.charCodeAt(0), second, third);
      beginnings[hash] = (beginnings[hash] ?? 0) | kind;
    }
  }
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
  const { length } = text;
  const units = length <= SCRATCH.units.length ? SCRATCH.units : new Uint16Array(length);
  const letters = length <= SCRATCH.letters.length ? SCRATCH.letters : new Uint8Array(length);
  const place: Place = { units, letters, length, found: [] };
  if (!spreadAscii(text, place)) spread(text, place);
  let startsWord = true;
  for (let from = 0; from < length; from++) {
    const unit = units[from] as number;
    const second = from + 1 < length ? (units[from + 1] as number) : 0;
    const third = from + 2 < length ? (units[from + 2] as number) : 0;
    const kinds = unit < ASCII ? (tree.beginnings[hashOf(unit, second, third)] as number) : BEGINS_AT_START | BEGINS_ANYWHERE;
    if (startsWord && (kinds & BEGINS_AT_START) !== 0) walk(follow(tree.atStart, unit), place, from);
    if ((kinds & BEGINS_ANYWHERE) !== 0) walk(follow(tree.anywhere, unit), place, from);
    startsWord = letters[from] === 0;
  }
  return place.found;
}

/** Folds a text of ASCII alone; false for another. */
function spreadAscii(text: string, { units, letters }: Place): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= ASCII) return false;
    units[at] = FOLDED[unit] as number;
    letters[at] = LETTERS[unit] as number;
  }
  return true;
}

function spread(text: string, { units, letters }: Place): void {
  const folded = fold(text);
  for (let at = 0; at < folded.length; at++) {
    units[at] = folded.charCodeAt(at);
    letters[at] = isLetter(units[at] as number) ? 1 : 0;
  }
}

/** A text while it is searched, letter by letter. */
interface Place {
  readonly units: Uint16Array;
  /** 1 where a letter stands. */
  readonly letters: Uint8Array;
  readonly length: number;
  readonly found: Word[];
}

const FOLDED = Uint8Array.from({ length: ASCII }, (_, unit) => fold(String.fromCharCode(unit)).charCodeAt(0));
const LETTERS = Uint8Array.from({ length: ASCII }, (_, unit) => (isLetter(unit) ? 1 : 0));
/** Used again by each search: a search calls no other. */
const SCRATCH = { units: new Uint16Array(4096), letters: new Uint8Array(4096) };

/** The words of the languages that are spoken, in their order; a word within a longer one of another meaning does not count. */
export function chooseWords(words: readonly Word[], spoken: ReadonlySet<number>): Word[] {
  const known = words.filter(({ languages }) => languages.some((language) => spoken.has(language)));
  return known.filter((word) => !known.some((other) => swallows(other, word))).sort((a, b) => a.from - b.from || a.to - b.to);
}

/** From the branch of the letter at `from` on, as far as the text goes with the tree. */
function walk(first: Branch | undefined, place: Place, from: number): void {
  let branch = first;
  for (let at = from + 1; branch !== undefined; at++) {
    if (branch.entries.length > 0) take(branch.entries, place, from, at);
    branch = at < place.length ? follow(branch, place.units[at] as number) : undefined;
  }
}

function take(entries: readonly Entry[], place: Place, from: number, to: number): void {
  const goesOn = to < place.length && place.letters[to] === 1;
  for (const { notion, startsWord, endsWord, languages } of entries) {
    if (endsWord && goesOn) continue;
    place.found.push({
      notion,
      languages,
      compound: !startsWord && endsWord && wordStart(place, from) < from,
      from: startsWord ? from : wordStart(place, from),
      to: endsWord ? to : wordEnd(place, to),
    });
  }
}

function wordStart({ units, letters }: Place, from: number): number {
  let at = from;
  while (at > 0 && letters[at - 1] === 1 && !isUnspacedUnit(units[at - 1] as number)) at--;
  return at;
}

function wordEnd({ units, letters, length }: Place, to: number): number {
  let at = to;
  while (at < length && letters[at] === 1 && !isUnspacedUnit(units[at] as number)) at++;
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
