/** What codes look like. */
export interface Shape {
  readonly name: string;
  /** How much the shape alone says. */
  readonly weight: number;
  /** Any word may look so: taken only where it stands as codes do. */
  readonly common: boolean;
  /** Without this no token of the shape is in a sentence: a quick look. */
  readonly needs: RegExp;
  readonly pattern: RegExp;
}

const ANY = /[A-Z]/;
const DIGIT = /\d/;
const DASH = /-[A-Z\d]/;
const CELLS = /(?:^|[^\p{L}\d])[A-Z\d] ?[-|•·]? ?[A-Z\d](?![\p{L}\d])/u;
const GROUPS = /[A-Z\d][ -][A-Z\d]/;

/** What stands before a number that is no code: a sign of money, a plus, a number sign, a longer number. Zulu hangs small words before a code ("ngu-482913"). */
const START = String.raw`(?<![A-Za-z0-9_.,/#+$€£¥₽₹№@&=]|[-*x•]{2}|\d[-:]|(?<!(?<!\p{L})(?:ng|y|w))\w-|[A-Za-z0-9]:|\d )`;
/** "验证码为482913,5分钟内有效": where words have no blanks between them, a comma before a number ends the one before. */
const COMMA = String.raw`,\d+(?![\d ]*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])`;
/** "482913-as kód": the Hungarian ending belongs to the sentence. */
const END = String.raw`(?![A-Za-z0-9_@%&=]|-\w*\d|-\p{L}{5}|-[A-Z]|[.:/]\d|${COMMA}| ?[%€$£¥₽₹])`;
const LETTERS = String.raw`(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\w.@/#&=]|\w-)`;
const LETTERS_END = String.raw`(?![\p{Script=Latin}\w@&=]|-\w|\.\w)`;

export const SHAPES: readonly Shape[] = [
  shape(
    'one digit a cell',
    0.2,
    CELLS,
    String.raw`(?<![\w-]|\d |(?<![\p{L}\p{M}])\p{L} )(?:\d(?: ?[-|•·]? \d| [-|] \d){3,9}|\d(?:-\d){3,9})(?![\w-]|[.,]\d| \d)`,
  ),
  shape(
    'one character a cell',
    0.1,
    CELLS,
    String.raw`(?<![\w-]|\w )(?=(?:[A-Z] )*\d)[A-Z0-9](?: [A-Z0-9]){3,9}(?![\w-]| \w(?!\w))`,
  ),
  shape(
    'groups of digits',
    0.1,
    GROUPS,
    String.raw`${START}(?:\d{3,5}[ -]\d{3,5}|\d\d(?:[ -]\d\d){2,4}|\d{3}(?:[ -]\d{3}){2})(?![\w@%-]|[.:/]\d|${COMMA}| \d| ?[€$£¥₽₹])`,
  ),
  shape(
    'groups of digits alone',
    0.05,
    GROUPS,
    String.raw`(?<=^[^\p{L}\d]{0,3})(?=(?:\d[ -]?){4,10}[^\p{L}\d]{0,3}$)\d{1,6}(?:[ -]\d{1,6}){1,5}(?=[^\p{L}\d]{0,3}$)`,
  ),
  shape('letter and digits', 0.15, DASH, String.raw`${LETTERS}[A-Z]{1,3}-\d{4,8}${LETTERS_END}`),
  shape(
    'groups of letters and digits',
    0.1,
    DASH,
    String.raw`${LETTERS}(?=[A-Z-]*\d)[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,3}${LETTERS_END}`,
  ),
  shape(
    'short groups of letters and digits',
    0.05,
    DASH,
    String.raw`${LETTERS}(?=[A-Z-]*\d)(?=[\d-]*[A-Z])[A-Z0-9]{2,6}(?:-[A-Z0-9]{2,6}){1,3}${LETTERS_END}`,
    true,
  ),
  shape('digits', 0.1, DIGIT, String.raw`${START}\d{4,10}${END}`),
  shape(
    'groups of letters and digits apart',
    0.05,
    GROUPS,
    String.raw`(?<=(?:^|[:：])[^\p{L}\d]{0,3})(?=[A-Z ]*\d)(?=[\d ]*[A-Z])[A-Z0-9]{3,4} [A-Z0-9]{3,4}(?=[^\p{L}\d]{0,3}$)`,
    true,
  ),
  shape('two pairs of digits', 0, GROUPS, String.raw`${START}\d\d[ -]\d\d(?![\w@%-]|[.,:/]\d| \d| ?[€$£¥₽₹])`, true),
  shape('groups of letters', 0.05, DASH, `${LETTERS}[A-Z]{3,5}-[A-Z]{3,5}${LETTERS_END}`, true),
  shape('letters and digits', 0.1, DIGIT, String.raw`${LETTERS}(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{4,10}${LETTERS_END}`, true),
  shape(
    'small letters and digits',
    0,
    DIGIT,
    String.raw`${LETTERS}(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z0-9]{4,12}(?:-[A-Za-z0-9]{4,10}){0,3}${LETTERS_END}`,
    true,
  ),
  shape('capitals', 0, ANY, `${LETTERS}[A-Z]{4,10}${LETTERS_END}`, true),
];

function shape(name: string, weight: number, needs: RegExp, pattern: string, common = false): Shape {
  return { name, weight, needs, common, pattern: new RegExp(pattern, 'gu') };
}
