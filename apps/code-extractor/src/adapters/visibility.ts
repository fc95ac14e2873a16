import { type Color, contrast, over, toColor } from './color.ts';
import { type Declarations, parseDeclarations } from './declarations.ts';
import type { Rule, StyledElement, StyleSheet } from './style-sheet.ts';

/** How an element is shown, as far as its own style, its attributes and the mail's style sheets tell; the rest is inherited. */
export interface Look {
  readonly isSeen: boolean;
  /** Not there, with all that is in it: nothing inside can come back. */
  readonly isGone: boolean;
  /** What is inside may be made visible again. */
  readonly isUnseen: boolean;
  /** Pixels. */
  readonly fontSize: number;
  readonly color: Color;
  /** `picture` where it cannot be told. */
  readonly background: Color | 'picture';
}

/** What an element's styles and attributes set anew. */
interface Change {
  readonly isGone: boolean;
  readonly isUnseen: boolean | undefined;
  readonly fontSize: string | undefined;
  readonly color: Color | undefined;
  readonly background: Look['background'] | undefined;
}

const [BLACK, WHITE]: readonly [Color, Color] = [
  { red: 0, green: 0, blue: 0, alpha: 1 },
  { red: 255, green: 255, blue: 255, alpha: 1 },
];
const FONT_SIZE = 16;
/** Pixels: nobody reads what is smaller. */
const SMALLEST_FONT = 4;
/** WCAG 2.2 calls 4.5 readable; light grey on white, which designers like, is at 1.6. */
const LEAST_CONTRAST = 1.2;
const LEAST_OPACITY = 0.1;
/** Pixels: a box that holds no line, and a place beyond every screen. */
const NO_ROOM = 2;
const FAR_AWAY = 500;

/** The looks of one page's elements. Cells of a table share their styles, so that each style is understood once. */
export class Looks {
  readonly page: Look;
  readonly #sheet: StyleSheet;
  readonly #changes = new Map<string, Change | undefined>();
  readonly #looks = new Map<Look, Map<Change, Look>>();

  constructor(sheet: StyleSheet) {
    this.#sheet = sheet;
    const background = sheet.hasUnknownBackground ? 'picture' : WHITE;
    this.page = { isSeen: true, isGone: false, isUnseen: false, fontSize: FONT_SIZE, color: BLACK, background };
  }

  /** More was asked of the style sheets than any page needs. */
  get isExhausted(): boolean {
    return this.#sheet.isExhausted;
  }

  /** The look of an element inside another. */
  find(parent: Look, element: StyledElement): Look {
    if (isGoneBy(element)) return vanish(parent);
    const change = this.#changeOf(element, this.#sheet.find(element));
    if (change === undefined) return parent;
    const inside = this.#looks.get(parent) ?? new Map<Change, Look>();
    this.#looks.set(parent, inside);
    const look = inside.get(change) ?? apply(change, parent);
    inside.set(change, look);
    return look;
  }

  #changeOf(element: StyledElement, rules: readonly Rule[]): Change | undefined {
    const { style, color, bgcolor, background } = element.attributes;
    const isPlain = color === undefined && bgcolor === undefined && background === undefined && rules.length === 0;
    if (isPlain && style === undefined) return undefined;
    const numbers = rules.length === 0 ? '' : rules.map(({ number }) => number).join();
    const key = isPlain && style !== undefined ? style : `${numbers};${style};${color};${bgcolor};${background !== undefined}`;
    if (!this.#changes.has(key)) this.#changes.set(key, toChange(rules, element));
    return this.#changes.get(key);
  }
}

/** There, but not for its readers, as is all that stands in it. */
export function vanish(look: Look): Look {
  return look.isGone ? look : { ...look, isGone: true, isSeen: false };
}

function apply(change: Change, parent: Look): Look {
  const look = {
    isGone: parent.isGone || change.isGone,
    isUnseen: change.isUnseen ?? parent.isUnseen,
    fontSize: pixels(change.fontSize, parent.fontSize) ?? parent.fontSize,
    color: change.color ?? parent.color,
    background: change.background ?? parent.background,
  };
  return { ...look, isSeen: isSeen(look) };
}

function isSeen({ isGone, isUnseen, fontSize, color, background }: Omit<Look, 'isSeen'>): boolean {
  if (isGone || isUnseen || fontSize < SMALLEST_FONT || color.alpha < LEAST_OPACITY) return false;
  return background === 'picture' || contrast(over(color, background), background) >= LEAST_CONTRAST;
}

function toChange(rules: readonly Rule[], { attributes }: StyledElement): Change | undefined {
  const own = attributes.style === undefined ? [] : [parseDeclarations(attributes.style)];
  const style = cascade([...rules.map(({ declarations }) => declarations), ...own]);
  const visibility = style.get('visibility');
  const change = {
    isGone: isGoneByStyle(style),
    isUnseen: visibility === undefined ? undefined : visibility === 'hidden' || visibility === 'collapse',
    fontSize: style.get('font-size') ?? /(?:^|\s)([\d.]+(?:px|pt|em|rem|%))/.exec(style.get('font') ?? '')?.[1],
    color: toColor(style.get('color') ?? attributes.color),
    background: backgroundOf(style, attributes),
  };
  const { isGone, ...rest } = change;
  return isGone || Object.values(rest).some((value) => value !== undefined) ? change : undefined;
}

type Style = ReadonlyMap<string, string>;

/** The mark `!important` beats everything; else the later one wins (CSS Cascading Level 4 section 6). */
function cascade(declarations: readonly Declarations[]): Style {
  return new Map([
    ...declarations.flatMap(({ usual }) => [...usual]),
    ...declarations.flatMap(({ important }) => [...important]),
  ]);
}

function isGoneBy({ name, attributes }: StyledElement): boolean {
  return (
    attributes['aria-hidden'] === 'true' ||
    attributes.hidden !== undefined ||
    (name === 'dialog' && attributes.open === undefined)
  );
}

function isGoneByStyle(style: Style): boolean {
  if (style.size === 0) return false;
  return isSwitchedOff(style) || isCutAway(style) || isElsewhere(style);
}

function isSwitchedOff(style: Style): boolean {
  if (style.get('display') === 'none' || style.get('mso-hide') === 'all' || style.get('content-visibility') === 'hidden')
    return true;
  if (style.get('unicode-bidi')?.endsWith('override') === true && style.get('direction') === 'rtl') return true;
  const faded = /opacity\(\s*([\d.]+%?)\s*\)/.exec(style.get('filter') ?? '')?.[1] ?? style.get('opacity');
  return faded !== undefined && fraction(faded) < LEAST_OPACITY;
}

const OVERFLOW = ['overflow', 'overflow-x', 'overflow-y'];
const CUTTING = ['clip', 'clip-path', ...OVERFLOW];
const MOVING = ['transform', 'scale', 'zoom', 'text-indent', 'margin-left', 'position'];

function has(style: Style, properties: readonly string[]): boolean {
  return properties.some((property) => style.has(property));
}

/** Nothing of its box is shown. */
function isCutAway(style: Style): boolean {
  if (!has(style, CUTTING)) return false;
  if (/^rect\(\s*(\d*\.?\d+)[a-z]*[\s,]+\1[a-z]*[\s,]+\1[a-z]*[\s,]+\1/.test(style.get('clip') ?? '')) return true;
  const path = style.get('clip-path') ?? '';
  if (/^(?:inset\(\s*(?:[5-9]\d(?:\.\d+)?|100)%|circle\(\s*0|polygon\(\s*0\w*\s+0\w*(?:\s*,\s*0\w*\s+0\w*)*\s*\))/.test(path))
    return true;
  const hides = OVERFLOW.some((property) => /hidden|clip/.test(style.get(property) ?? ''));
  return (
    hides &&
    ['height', 'max-height', 'width', 'max-width'].some((property) => (pixels(style.get(property)) ?? FAR_AWAY) < NO_ROOM)
  );
}

/** It is moved out of the page, or shrunk to nothing. */
function isElsewhere(style: Style): boolean {
  if (!has(style, MOVING)) return false;
  if (
    /scale[xy3d]*\(\s*0*(?:\.0\d*)?\s*[,)]/.test(style.get('transform') ?? '') ||
    /^0*(?:\.0\d*)?$/.test(style.get('scale') ?? '1')
  )
    return true;
  if (/^0*(?:\.0\d*)?%?$/.test(style.get('zoom') ?? '1')) return true;
  const moved = [...(style.get('transform') ?? '').matchAll(/translate[xy3d]*\(([^)]*)\)/g)].flatMap(([, by = '']) =>
    by.split(','),
  );
  const placed = /absolute|fixed|relative/.test(style.get('position') ?? '') ? ['left', 'right', 'top', 'bottom'] : [];
  const offsets = [...['text-indent', 'margin-left', ...placed].map((property) => style.get(property)), ...moved];
  return offsets.some((offset) => Math.abs(pixels(offset) ?? 0) >= FAR_AWAY);
}

/** CSS Values Level 4 section 6; undefined for what is no length. */
function pixels(length: string | undefined, whole?: number): number | undefined {
  const [, amount, unit = ''] = /^\s*([+-]?\d*\.?\d+)\s*([a-z]*|%)\s*$/.exec(length ?? '') ?? [];
  if (amount === undefined) return undefined;
  if (unit === '%') return whole === undefined ? (Number(amount) === 0 ? 0 : undefined) : (Number(amount) / 100) * whole;
  if (unit === 'em') return Number(amount) * (whole ?? FONT_SIZE);
  const scale = { px: 1, '': 1, pt: 4 / 3, rem: FONT_SIZE, ex: FONT_SIZE / 2, cm: 38, mm: 3.8, in: 96, vw: 10, vh: 10 }[unit];
  return scale === undefined ? undefined : Number(amount) * scale;
}

function fraction(value: string): number {
  return Number.parseFloat(value) / (value.endsWith('%') ? 100 : 1);
}

function backgroundOf(style: Style, attributes: StyledElement['attributes']): Look['background'] | undefined {
  if (attributes.background !== undefined) return 'picture';
  if (/url\(|gradient\(/.test(`${style.get('background') ?? ''} ${style.get('background-image') ?? ''}`)) return 'picture';
  const value = style.get('background-color') ?? style.get('background') ?? attributes.bgcolor;
  if (value === undefined) return undefined;
  const color =
    toColor(value) ??
    value
      .split(/\s+/)
      .map(toColor)
      .find((one) => one !== undefined);
  if (color === undefined) return /^(?:none|inherit|initial|unset)$/.test(value) ? undefined : 'picture';
  // What lies under a thin colour is seen through it.
  return color.alpha === 1 ? color : color.alpha < LEAST_OPACITY ? undefined : 'picture';
}
