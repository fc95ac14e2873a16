import { lookUp, wordList } from './find-words.ts';
import { findHeaderBlock, isForward } from './inline-forward.ts';
import { WROTE } from './lexicon/wrote-words.ts';
import type { ReadableMail } from './mail.ts';

type Shown = Pick<ReadableMail, 'subject' | 'lines' | 'links'>;

const WROTE_WORDS = wordList(Object.values(WROTE));
const REPLY = /^\s*(?:re|aw|sv|vs|antw|odp|ynt|res|rif|回复|回覆|答复|отв|απ)\s*(?:\[\d+\])?[:：]/iu;
const ENDS_IN_COLON = /[:：]$/;
const QUOTED = /^>/;
const LONGEST_ATTRIBUTION = 200;
/** Longer than this, what follows two dashes is the mail itself. */
const MOST_SIGNATURE_LINES = 8;

/** The mail without what it only quotes, and without its signature: a code there was another mail's. A mail that is nothing but a quotation stays. */
export function withoutQuoted(mail: Shown): Shown {
  const isReply = REPLY.test(mail.subject);
  const unsigned = withoutSignature(mail.lines);
  const answer = withoutAttributed(unsigned);
  const own = answer ?? (isReply ? withoutHeaderBlock(unsigned) : undefined);
  if (own === undefined && unsigned === mail.lines) return isReply && !isForward(mail) ? { ...mail, subject: '' } : mail;
  // "VS:" is an answer in Finnish and a forwarded mail in Norwegian; only answers say who wrote what is below.
  if (isForward(mail) && !(isReply && answer !== undefined)) return mail;
  if (own === undefined || !own.some((line) => /\p{L}/u.test(line))) return { ...mail, lines: unsigned };
  const text = own.join('\n');
  // What is answered gave the subject its words.
  return { subject: '', lines: own, links: mail.links.filter((link) => link.text !== '' && text.includes(link.text)) };
}

/** RFC 3676, section 4.3: two dashes and a blank, which is gone by now. */
function withoutSignature(lines: readonly string[]): readonly string[] {
  const at = lines.indexOf('--');
  const isSignature = at > 0 && lines.lastIndexOf('--') === at && lines.length - at <= MOST_SIGNATURE_LINES;
  return isSignature ? lines.slice(0, at) : lines;
}

/** Without what stands below "… wrote:"; undefined where no such line is. */
function withoutAttributed(lines: readonly string[]): readonly string[] | undefined {
  for (let at = 0; at < lines.length; at++) {
    const height = attributionAt(lines, at);
    if (height === 0) continue;
    const above = lines.slice(0, at);
    const below = at + height;
    if (!QUOTED.test(lines[below] ?? '')) return above;
    const end = lines.findIndex((line, index) => index > below && line.trim() !== '' && !QUOTED.test(line));
    return end === -1 ? above : [...above, ...lines.slice(end)];
  }
  return undefined;
}

function withoutHeaderBlock(lines: readonly string[]): readonly string[] | undefined {
  const block = findHeaderBlock(lines);
  return block === undefined ? undefined : lines.slice(0, block.begin);
}

/** How many lines say who wrote what is quoted below them: one, two where the line was broken, or none. */
function attributionAt(lines: readonly string[], at: number): number {
  const [first = '', second = ''] = lines.slice(at, at + 2);
  if (isAttribution(first, lines[at + 1])) return 1;
  return ENDS_IN_COLON.test(second) && /\d/.test(first) && isAttribution(`${first} ${second}`, lines[at + 2]) ? 2 : 0;
}

function isAttribution(line: string, below: string | undefined): boolean {
  if (line.length > LONGEST_ATTRIBUTION || !ENDS_IN_COLON.test(line) || !/\d/.test(line)) return false;
  return lookUp(WROTE_WORDS, line) || (line.includes('@') && QUOTED.test(below ?? ''));
}
