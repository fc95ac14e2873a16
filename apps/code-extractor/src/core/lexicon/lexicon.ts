import { AFRICAN } from './african.ts';
import { ASIAN } from './asian.ts';
import { EUROPEAN } from './european.ts';
import { GERMANIC } from './germanic.ts';
import { ROMANCE } from './romance.ts';
import { SLAVIC } from './slavic.ts';
import { WEST_ASIAN } from './west-asian.ts';
import type { Lexicon } from './words.ts';

/** All languages at once: a mail's language is not guessed, since mails mix them. */
export const LEXICON: Lexicon = { ...GERMANIC, ...ROMANCE, ...SLAVIC, ...EUROPEAN, ...WEST_ASIAN, ...ASIAN, ...AFRICAN };
