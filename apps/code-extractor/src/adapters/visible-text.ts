import { Parser } from 'htmlparser2';

import type { Link } from '../core/mail.ts';

const BLOCKS = new Set(
  'address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead title tr ul'.split(
    ' ',
  ),
);
const SKIPPED = new Set(['head', 'style', 'script', 'title', 'template', 'noscript', 'svg', 'object']);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const HIDDEN_STYLE =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all/i;
/** Nesting beyond this is an attack, not a layout. */
const DEPTH_LIMIT = 500;

/** What a reader of the HTML sees, a block a line, with its links; hidden text is left out. */
export function toVisibleText(html: string): { text: string; links: Link[] } {
  let text = '';
  let hiddenAt = Number.POSITIVE_INFINITY;
  const open: string[] = [];
  const links: Link[] = [];
  let link: { href: string; from: number } | undefined;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (BLOCKS.has(name)) text += '\n';
        else if (name === 'td' || name === 'th' || name === 'a' || name === 'span' || name === 'b' || name === 'strong')
          text += ' ';
        if (!VOID.has(name)) open.push(name);
        const hidden = SKIPPED.has(name) || 'hidden' in attributes || HIDDEN_STYLE.test(attributes.style ?? '');
        if (hidden && !VOID.has(name)) hiddenAt = Math.min(hiddenAt, open.length);
        if (name === 'a' && attributes.href !== undefined) link = { href: attributes.href.trim(), from: text.length };
        if (open.length > DEPTH_LIMIT) parser.end();
      },
      ontext(chunk) {
        if (open.length < hiddenAt) text += chunk.replace(/\s+/g, ' ');
      },
      onclosetag(name) {
        if (name === 'a' && link !== undefined) {
          links.push({ href: link.href, text: text.slice(link.from).trim() });
          link = undefined;
        }
        if (BLOCKS.has(name)) text += '\n';
        else text += ' ';
        if (VOID.has(name)) return;
        open.pop();
        if (open.length < hiddenAt) hiddenAt = Number.POSITIVE_INFINITY;
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return { text, links };
}
