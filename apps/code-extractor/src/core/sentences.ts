import { chooseWords, findWords, LANGUAGES, type Notion, type Word } from './find-words.ts';

/** A sentence of a mail, or a label, a cell, a button: the unit in which words speak of one another. */
export interface Sentence {
  readonly text: string;
  /** The line it stands in; -1 is the subject. */
  readonly line: number;
  readonly words: readonly Word[];
  readonly says: (...notions: readonly Notion[]) => boolean;
}

/** Where a sentence ends; a number after a short word and a full stop goes on ("No. 4711", "č. 4711"). */
const ENDS = /(?<=[!?。！？؟।。။។։۔]["”»)]?)(?: |(?=[^\s"”»)]))|(?<=\.["”»)]?) (?!\d)|(?<=\p{L}{5}\.) (?=\d)| [|·•] /gu;

/** The sentences of a mail, its subject first. Its words are those of the languages that it is written in. */
export function readSentences(subject: string, lines: readonly string[]): Sentence[] {
  const texts = [subject, ...lines].flatMap((line, at) =>
    splitSentences(line)
      .filter((text) => text.trim() !== '')
      .map((text) => ({ text, line: at - 1, words: findWords(text) })),
  );
  const spoken = spokenLanguages(texts.map(({ words }) => words));
  return texts.map(({ text, line, words }) => toSentence(text, line, chooseWords(words, spoken)));
}

/** Most lines hold one. */
const MAY_END = /[!?。！？؟।။។։۔|·•]|\.["”»)]? /;

function splitSentences(line: string): string[] {
  return MAY_END.test(line) ? line.split(ENDS) : [line];
}

export function toSentence(text: string, line: number, words: readonly Word[]): Sentence {
  const said = new Set(words.map(({ notion }) => notion));
  return { text, line, words, says: (...notions) => notions.some((notion) => said.has(notion)) };
}

const ENGLISH = LANGUAGES.indexOf('en');

/**
 * The languages that explain at least two thirds as many words as the best one does: a stem of one language begins words of others. English is
 * spoken in every mail.
 */
function spokenLanguages(sentences: readonly (readonly Word[])[]): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const words of sentences) {
    const seen = new Map<number, Set<number>>();
    for (const { languages, from } of words) {
      for (const language of languages) {
        const places = seen.get(language) ?? new Set();
        seen.set(language, places.add(from));
      }
    }
    for (const [language, places] of seen) counts.set(language, (counts.get(language) ?? 0) + places.size);
  }
  const most = Math.max(...counts.values(), 0);
  return new Set([...counts].filter(([, count]) => count * 3 >= most * 2).map(([language]) => language)).add(ENGLISH);
}

/** Digits of a code that lie one in a line, as cells of a table do in some mails, in one line again. */
export function joinCells(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    let end = at;
    while (end < lines.length && /^[A-Z0-9]$/.test(lines[end] ?? '')) end++;
    if (end - at >= 4) {
      joined.push(lines.slice(at, end).join(' '));
      at = end - 1;
    } else joined.push(lines[at] ?? '');
  }
  return joined;
}
