import { Parser } from 'htmlparser2';

import type { Link } from '../core/mail.ts';
import { isSeen, type Look, lookOf, PAGE, parseStyleSheet } from './visibility.ts';

const BLOCKS = new Set(
  'address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** White space stands at their edges, so that what lies in two of them is not run together. */
const INLINE = new Set('a b button code em font i span strong td th u'.split(' '));
const SKIPPED = new Set('head style script title template noscript svg object select'.split(' '));
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Nesting beyond this is an attack, not a layout. */
const DEPTH_LIMIT = 500;

/** What a reader of the HTML sees, a block a line, with its links; what is hidden from people is left out. */
export function toVisibleText(html: string): { text: string; links: Link[] } {
  const sheet = parseStyleSheet([...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)].map(([, css]) => css ?? '').join('\n'));
  const open: { name: string; look: Look }[] = [];
  const links: Link[] = [];
  let link: { href: string; from: number } | undefined;
  let text = '';
  let look = PAGE;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (BLOCKS.has(name)) text += '\n';
        else if (INLINE.has(name)) text += ' ';
        // A head that was never closed ends where the body begins (HTML, section 13.2.6.4.4).
        const within = name === 'body' ? PAGE : look;
        const inner = lookOf(within, attributes, sheet);
        if (!VOID.has(name)) {
          look = SKIPPED.has(name) ? { ...inner, gone: true } : inner;
          open.push({ name, look });
        }
        // One digit an input: a form made to look like what the site will show.
        const { value, type, href } = attributes;
        if (name === 'input' && type !== 'hidden' && value !== undefined && isSeen(inner, sheet)) text += ` ${value} `;
        if (name === 'a' && href !== undefined && isSeen(inner, sheet)) link = { href: href.trim(), from: text.length };
        if (open.length > DEPTH_LIMIT) parser.end();
      },
      ontext(chunk) {
        if (isSeen(look, sheet)) text += chunk.replace(/\s+/g, ' ');
      },
      onclosetag(name) {
        if (name === 'a' && link !== undefined) {
          links.push({ href: link.href, text: text.slice(link.from).trim() });
          link = undefined;
        }
        text += BLOCKS.has(name) ? '\n' : INLINE.has(name) ? ' ' : '';
        if (VOID.has(name)) return;
        open.pop();
        look = open.at(-1)?.look ?? PAGE;
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return { text, links };
}
