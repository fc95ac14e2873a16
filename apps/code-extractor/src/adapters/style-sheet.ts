import { AttributeAction, parse, type Selector, SelectorType } from 'css-what';

import { type Declarations, parseDeclarations } from './declarations.ts';

/** An element as far as selectors ask for it, with those around it. */
export interface StyledElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parent: StyledElement | undefined;
}

export interface Rule {
  /** Its place among the rules: names it. */
  readonly number: number;
  readonly selector: readonly Selector[];
  readonly specificity: number;
  readonly declarations: Declarations;
}

/** What is more than this styles no mail. */
const SHEET_LIMIT = 200_000;
const MOST_RULES = 500;
const MOST_TRIES = 500_000;
/** Such a block holds for every screen; one of another medium is left out. */
const EVERY_SCREEN = /^@media\s+(?:only\s+)?(?:screen|all)\s*$/i;

const NONE: readonly Rule[] = [];

/** What the style sheets of a mail say of its elements. */
export class StyleSheet {
  /** By the last thing that the selector asks for, so that few are tried at each element. */
  readonly #rules = new Map<string, Rule[]>();
  #count = 0;
  #tries = 0;
  /** A rule that we do not follow sets some background: then nobody can tell on what a text stands. */
  hasUnknownBackground = false;

  constructor(css: string) {
    this.#read(withoutComments(css.slice(0, SHEET_LIMIT)));
  }

  get isExhausted(): boolean {
    return this.#tries > MOST_TRIES;
  }

  /** The rules for an element, those that win last. */
  find(element: StyledElement): readonly Rule[] {
    if (this.#count === 0) return NONE;
    const found: Rule[] = [];
    const take = (key: string): void => {
      const rules = this.#rules.get(key) ?? [];
      this.#tries += rules.length;
      for (const rule of rules) if (isMatch(rule.selector, element)) found.push(rule);
    };
    const { id, class: classes } = element.attributes;
    take('*');
    take(element.name);
    if (id !== undefined) take(`#${id}`);
    if (classes !== undefined) for (const name of classes.split(/\s+/)) take(`.${name}`);
    if (found.length > 1) found.sort((one, other) => one.specificity - other.specificity);
    return found;
  }

  #read(css: string): void {
    for (let at = 0; this.#count < MOST_RULES; ) {
      const open = css.indexOf('{', at);
      if (open === -1) return;
      const prelude = css.slice(css.lastIndexOf(';', open) >= at ? css.lastIndexOf(';', open) + 1 : at, open).trim();
      const close = closeOf(css, open);
      const body = css.slice(open + 1, close);
      if (!prelude.startsWith('@')) this.#add(prelude, body);
      else if (EVERY_SCREEN.test(prelude)) this.#read(body);
      at = close + 1;
    }
  }

  #add(prelude: string, body: string): void {
    const declarations = parseDeclarations(body);
    if (declarations.usual.size + declarations.important.size === 0) return;
    for (const selector of parseSelectors(prelude)) {
      const key = keyOf(selector);
      if (key === undefined) {
        this.hasUnknownBackground ||= body.toLowerCase().includes('background');
        continue;
      }
      this.#count += 1;
      const rule = { number: this.#count, selector, declarations, specificity: specificityOf(selector) };
      this.#rules.set(key, [...(this.#rules.get(key) ?? []), rule]);
    }
  }
}

/** All style sheets of a page, wherever they stand in it. */
export function styleSheetOf(html: string): StyleSheet {
  const [open, close] = [/<style\b[^>]{0,500}>/gi, /<\/style/gi];
  let css = '';
  for (let found = open.exec(html); found !== null && css.length < SHEET_LIMIT; found = open.exec(html)) {
    close.lastIndex = open.lastIndex;
    const end = close.exec(html)?.index ?? html.length;
    css += `${html.slice(open.lastIndex, end)}\n`;
    open.lastIndex = end;
  }
  return new StyleSheet(css);
}

function withoutComments(css: string): string {
  let plain = '';
  let from = 0;
  for (let open = css.indexOf('/*'); open !== -1; open = css.indexOf('/*', from)) {
    plain += css.slice(from, open);
    const close = css.indexOf('*/', open + 2);
    from = close === -1 ? css.length : close + 2;
  }
  return (plain + css.slice(from)).replaceAll(/<!--|-->/g, '');
}

/** Where the block ends that opens here. */
function closeOf(css: string, open: number): number {
  const braces = /[{}]/g;
  braces.lastIndex = open;
  let depth = 0;
  for (let found = braces.exec(css); found !== null; found = braces.exec(css)) {
    depth += found[0] === '{' ? 1 : -1;
    if (depth === 0) return found.index;
  }
  return css.length;
}

function parseSelectors(prelude: string): readonly (readonly Selector[])[] {
  try {
    return parse(prelude);
  } catch {
    // What is no selector selects nothing (CSS Syntax Level 3 section 9).
    return [];
  }
}

/** What an element must have at least; undefined for a selector that asks for more than we know of an element. */
function keyOf(selector: readonly Selector[]): string | undefined {
  if (!selector.every(isKnown)) return undefined;
  const last = selector.findLastIndex(({ type }) => type === SelectorType.Descendant || type === SelectorType.Child);
  let key = '*';
  for (const part of selector.slice(last + 1)) {
    if (part.type === SelectorType.Tag) key = part.name;
    if (part.type === SelectorType.Attribute && part.name === 'id' && part.action === AttributeAction.Equals)
      return `#${part.value}`;
    if (part.type === SelectorType.Attribute && part.name === 'class' && part.action === AttributeAction.Element)
      return `.${part.value}`;
  }
  return key;
}

const KNOWN = new Set<string>([
  SelectorType.Tag,
  SelectorType.Universal,
  SelectorType.Attribute,
  SelectorType.Descendant,
  SelectorType.Child,
]);

function isKnown({ type }: Selector): boolean {
  return KNOWN.has(type);
}

/** Selectors Level 4 section 17, without what no mail counts to. */
function specificityOf(selector: readonly Selector[]): number {
  return selector.reduce((sum, part) => {
    if (part.type === SelectorType.Attribute) return sum + (part.name === 'id' ? 10_000 : 100);
    return part.type === SelectorType.Tag ? sum + 1 : sum;
  }, 0);
}

/** From its end: the element itself, then those around it. */
function isMatch(selector: readonly Selector[], element: StyledElement, end = selector.length): boolean {
  for (let at = end - 1; at >= 0; at--) {
    const part = selector[at] as Selector;
    if (part.type === SelectorType.Child) return element.parent !== undefined && isMatch(selector, element.parent, at);
    if (part.type === SelectorType.Descendant) {
      for (let around = element.parent; around !== undefined; around = around.parent) {
        if (isMatch(selector, around, at)) return true;
      }
      return false;
    }
    if (!fits(part, element)) return false;
  }
  return true;
}

function fits(part: Selector, { name, attributes }: StyledElement): boolean {
  if (part.type === SelectorType.Tag) return part.name.toLowerCase() === name;
  if (part.type !== SelectorType.Attribute) return true;
  const value = attributes[part.name];
  if (value === undefined) return false;
  switch (part.action) {
    case AttributeAction.Exists:
      return true;
    case AttributeAction.Equals:
      return value === part.value;
    case AttributeAction.Element:
      return value.split(/\s+/).includes(part.value);
    case AttributeAction.Start:
      return value.startsWith(part.value);
    case AttributeAction.End:
      return value.endsWith(part.value);
    case AttributeAction.Any:
      return value.includes(part.value);
    case AttributeAction.Hyphen:
      return value === part.value || value.startsWith(`${part.value}-`);
    case AttributeAction.Not:
      return value !== part.value;
  }
}
