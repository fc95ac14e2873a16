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
const END = /[!?。！？؟।။።։۔]["”»)]?(?: |(?=[^\s"”»)]))|\.["”»)]? (?!\d)|(?<=\p{L}{5})\. (?=\d)| [|·•] /gu;

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

function splitSentences(line: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  END.lastIndex = 0;
  for (let match = END.exec(line); match !== null; match = END.exec(line)) {
    const { 0: end, index } = match;
    // What ends a sentence belongs to it; what stands between two belongs to neither.
    sentences.push(line.slice(from, end.startsWith(' ') ? index : index + end.trimEnd().length));
    from = END.lastIndex;
  }
  if (from === 0) return [line];
  sentences.push(line.slice(from));
  return sentences;
}

export function toSentence(text: string, line: number, words: readonly Word[]): Sentence {
  if (words.length === 0) return { text, line, words, says: saysNothing };
  const said = new Set(words.map(({ notion }) => notion));
  return { text, line, words, says: (...notions) => notions.some((notion) => said.has(notion)) };
}

const saysNothing = (): boolean => false;

const ENGLISH = LANGUAGES.indexOf('en');
const ENGLISH_ONLY: ReadonlySet<number> = new Set([ENGLISH]);

/**
 * The languages that explain at least two thirds as many words as the best one does: a stem of one language begins words of others. English is
 * spoken in every mail.
 */
function spokenLanguages(sentences: readonly (readonly Word[])[]): ReadonlySet<number> {
  if (sentences.every((words) => words.length === 0)) return ENGLISH_ONLY;
  const counts = new Uint32Array(LANGUAGES.length);
  for (const words of sentences) {
    // Each place counts once for a language.
    const seen = new Set<number>();
    for (const { languages, from } of words) {
      for (const language of languages) {
        const size = seen.size;
        if (seen.add(from * LANGUAGES.length + language).size > size) counts[language] = (counts[language] ?? 0) + 1;
      }
    }
  }
  const most = Math.max(...counts);
  const spoken = new Set([ENGLISH]);
  for (const [language, count] of counts.entries()) if (count > 0 && count * 3 >= most * 2) spoken.add(language);
  return spoken;
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
