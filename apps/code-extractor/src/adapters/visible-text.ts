import { Parser } from 'htmlparser2';

import type { Link } from '../core/mail.ts';
import { type StyledElement, styleSheetOf } from './style-sheet.ts';
import { type Look, Looks, vanish } from './visibility.ts';

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
/** Beyond these it is an attack, not a layout: what follows is not read. */
const DEEPEST = 500;
const MOST_ELEMENTS = 20_000;

interface OpenElement extends StyledElement {
  readonly look: Look;
}

/** What a reader of the HTML sees, a block a line, with its links; what is hidden from people is left out. */
export function toVisibleText(html: string): { text: string; links: Link[] } {
  const page = new Page(new Looks(styleSheetOf(html)));
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (page.isFull) parser.pause();
        else page.open(name, attributes);
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
  readonly #looks: Looks;
  readonly #open: OpenElement[] = [];
  #elements = 0;
  /** How the text ends so far. */
  #end: 'word' | 'space' | 'line' = 'line';
  #link: { readonly href: string; readonly from: number } | undefined;

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  get isFull(): boolean {
    return this.#open.length > DEEPEST || this.#elements > MOST_ELEMENTS || this.#looks.isExhausted;
  }

  open(name: string, attributes: Record<string, string>): void {
    this.#elements += 1;
    this.#separate(name);
    const parent = this.#open.at(-1);
    // A head that was never closed ends where the body begins (HTML, section 13.2.6.4.4).
    const around = name === 'body' || parent === undefined ? this.#looks.page : parent.look;
    const element = { name, attributes, parent };
    const own = this.#looks.find(around, element);
    const look = SKIPPED.has(name) ? vanish(own) : own;
    const { value, type, href } = attributes;
    // One digit an input: a form made to look like what the site will show.
    if (name === 'input' && type !== 'hidden' && value !== undefined && look.isSeen) this.#add(` ${value} `);
    if (name === 'a' && href !== undefined && look.isSeen) this.#link = { href: href.trim(), from: this.text.length };
    if (!VOID.has(name)) this.#open.push({ ...element, look });
  }

  write(text: string): void {
    if (this.#open.at(-1)?.look.isSeen ?? true) this.#add(/[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, ' ') : text);
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
    if (BLOCKS.has(name)) this.#add('\n');
    else if (INLINE.has(name)) this.#add(' ');
  }

  /** One blank, or one line end, where several come together. */
  #add(piece: string): void {
    const isSpace = piece === ' ';
    if ((isSpace && this.#end !== 'word') || (piece === '\n' && this.#end === 'line')) return;
    this.text += piece;
    this.#end = isSpace ? 'space' : piece === '\n' ? 'line' : piece.endsWith(' ') ? 'space' : 'word';
  }
}
