import { SHAPES, type Shape } from './code-shapes.ts';

/** A token with the shape of a code, in one sentence. */
export interface Token {
  readonly text: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly shape: Shape;
}

/** Every mail has letters; few lines have what this one looks for. */
const WORTH_A_LOOK = /\d[\d -]*\d|\d[A-Za-z]|[A-Za-z]\d|\d \d|\d [A-Z]\b|[A-Z]{4}|[A-Z]{3}-/;

/** The tokens of a sentence that have the shape of a code; where two overlap, the shape that stands first in the list. */
export function findTokens(sentence: string): Token[] {
  if (!WORTH_A_LOOK.test(sentence)) return [];
  const tokens: Token[] = [];
  for (const shape of SHAPES) {
    if (shape.needs.test(sentence)) addTokens(sentence, shape, tokens);
  }
  return tokens;
}

function addTokens(sentence: string, shape: Shape, tokens: Token[]): void {
  shape.pattern.lastIndex = 0;
  for (let match = shape.pattern.exec(sentence); match !== null; match = shape.pattern.exec(sentence)) {
    const [text] = match;
    const [from, to] = [match.index, match.index + text.length];
    if (tokens.some((token) => from < token.to && token.from < to)) continue;
    tokens.push({ text, value: toCode(text), from, to, shape });
  }
}

/** Blanks and dashes that only group digits go, and blanks between cells; alphanumeric codes stay as shown (CONTRACT, "Codes and extraction"). */
function toCode(text: string): string {
  if (/^[\d |•·-]+$/.test(text)) return text.replace(/\D/g, '');
  return text.replaceAll(' ', '');
}
