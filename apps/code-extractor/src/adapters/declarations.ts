/** What a style says of the properties that can hide a text, lower-cased (CSS Syntax Level 3 section 5.4.4). */
export interface Declarations {
  readonly usual: ReadonlyMap<string, string>;
  /** Marked `!important`: no style without the mark overrides them. */
  readonly important: ReadonlyMap<string, string>;
}

/** Longer styles carry pictures, not looks. */
const STYLE_LIMIT = 10_000;
const PROPERTIES = new Set(
  'display visibility opacity filter font font-size color background background-color background-image mso-hide clip clip-path overflow overflow-x overflow-y height max-height width max-width position left right top bottom margin-left text-indent transform scale zoom unicode-bidi direction content-visibility'.split(
    ' ',
  ),
);
const IMPORTANT = /\s*!\s*important\s*$/;

export function parseDeclarations(style: string): Declarations {
  const usual = new Map<string, string>();
  const important = new Map<string, string>();
  for (const declaration of splitOutside(style.slice(0, STYLE_LIMIT).toLowerCase(), ';')) {
    const colon = declaration.indexOf(':');
    const property = declaration.slice(0, Math.max(0, colon)).trim();
    if (!PROPERTIES.has(property)) continue;
    const value = declaration.slice(colon + 1).trim();
    if (IMPORTANT.test(value)) important.set(property, value.replace(IMPORTANT, ''));
    else usual.set(property, value);
  }
  return { usual, important };
}

/** Splits at a character, but not within quotes or parentheses: an address of a picture may hold any. */
function splitOutside(text: string, separator: string): string[] {
  if (!/["'(]/.test(text)) return text.split(separator);
  const pieces: string[] = [];
  let [from, depth, quote] = [0, 0, ''];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (character === separator && depth === 0) {
      pieces.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...pieces, text.slice(from)];
}
