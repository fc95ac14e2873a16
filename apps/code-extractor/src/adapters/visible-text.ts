import { Parser } from 'htmlparser2';

import type { Link } from '../core/mail.ts';
import { type Declarations, parseDeclarations } from './declarations.ts';
import { type StyledElement, type StyleSheet, styleSheetOf } from './style-sheet.ts';
import { isSeen, type Look, lookOf, pageLook } from './visibility.ts';

const BLOCKS = new Set(
  'address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** White space stands at their edges, so that what lies in two of them is not run together. */
const INLINE = new Set('a b button code em font i span strong td th u'.split(' '));
const SKIPPED = new Set(
  'audio canvas datalist embed head iframe math noscript object script select style svg template textarea title video'.split(' '),
);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Nesting beyond this is an attack, not a layout. */
const DEPTH_LIMIT = 500;

interface OpenElement extends StyledElement {
  readonly look: Look;
  readonly isSeen: boolean;
}

/** What a reader of the HTML sees, a block a line, with its links; what is hidden from people is left out. */
export function toVisibleText(html: string): { text: string; links: Link[] } {
  const page = new Page(styleSheetOf(html));
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (page.open(name, attributes) > DEPTH_LIMIT) parser.end();
      },
      ontext: (text) => page.write(text),
      onclosetag: (name) => page.close(name),
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return { text: page.text, links: page.links };
}

class Page {
  text = '';
  readonly links: Link[] = [];
  readonly #sheet: StyleSheet;
  readonly #open: OpenElement[] = [];
  readonly #body: Look;
  readonly #styles = new Map<string, Declarations>();
  #link: { readonly href: string; readonly from: number } | undefined;

  constructor(sheet: StyleSheet) {
    this.#sheet = sheet;
    this.#body = pageLook(sheet);
  }

  /** How deep it lies. */
  open(name: string, attributes: Record<string, string>): number {
    this.#separate(name);
    const parent = this.#open.at(-1);
    // A head that was never closed ends where the body begins (HTML, section 13.2.6.4.4).
    const around = name === 'body' || parent === undefined ? this.#body : parent.look;
    const styled = { name, attributes, parent };
    const plain = lookOf(around, styled, this.#sheet, (style) => this.#parse(style));
    const look = SKIPPED.has(name) ? { ...plain, isGone: true } : plain;
    const seen = isSeen(look);
    const { value, type, href } = attributes;
    // One digit an input: a form made to look like what the site will show.
    if (name === 'input' && type !== 'hidden' && value !== undefined && seen) this.text += ` ${value} `;
    if (name === 'a' && href !== undefined && seen) this.#link = { href: href.trim(), from: this.text.length };
    if (!VOID.has(name)) this.#open.push({ ...styled, look, isSeen: seen });
    return this.#open.length;
  }

  write(text: string): void {
    if (this.#open.at(-1)?.isSeen ?? true) this.text += text.replace(/\s+/g, ' ');
  }

  close(name: string): void {
    if (name === 'a' && this.#link !== undefined) {
      this.links.push({ href: this.#link.href, text: this.text.slice(this.#link.from).trim() });
      this.#link = undefined;
    }
    this.#separate(name);
    if (!VOID.has(name)) this.#open.pop();
  }

  #separate(name: string): void {
    this.text += BLOCKS.has(name) ? '\n' : INLINE.has(name) ? ' ' : '';
  }

  /** Cells of a table share their styles. */
  #parse(style: string): Declarations {
    const declarations = this.#styles.get(style) ?? parseDeclarations(style);
    this.#styles.set(style, declarations);
    return declarations;
  }
}
