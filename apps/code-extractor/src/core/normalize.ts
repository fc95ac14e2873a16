/** Characters that are there and not seen: soft hyphen, zero-width ones, marks of direction, variation selectors. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
/** What runs against its letters (UAX 9, RLO to PDF) is read by nobody as it is written. */
const TURNED = /\u202e[^\u202c\n]*\u202c?/g;
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]+/g;
const DASHES = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;

/** Words of ASCII, a blank between two: in its form already. */
const PLAIN = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/;

/** One line of text in one form: no unseen characters, one kind of blank, dash and digit, full-width forms made narrow. */
export function normalizeLine(text: string): string {
  const line = text.trim();
  if (PLAIN.test(line)) return line;
  return (
    line
      // Made narrow, they would stand between two digits as in a number.
      .replace(/[\uff0c\u3001\u3002\uff1b]/g, '$& ')
      .normalize('NFKC')
      .replace(TURNED, ' ')
      .replace(UNSEEN, '')
      .replace(SPACES, ' ')
      .replace(DASHES, '-')
      .replace(OTHER_DIGITS, toAsciiDigit)
      .replace(/ {2,}/g, ' ')
      .trim()
  );
}

/** The zeros of the scripts that mails are written in; each script's ten digits follow its zero (The Unicode Standard, 4.6). */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0,
  0x1810,
];

function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  const zero = ZEROS.find((candidate) => point >= candidate && point < candidate + 10);
  return zero === undefined ? digit : String(point - zero);
}

export function toLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map(normalizeLine);
}
