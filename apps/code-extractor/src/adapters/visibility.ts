import { type Color, contrast, over, toColor } from './color.ts';
import { type Declarations, parseDeclarations } from './declarations.ts';
import type { StyledElement, StyleSheet } from './style-sheet.ts';

/** How an element is shown, as far as its own style, its attributes and the mail's style sheets tell; the rest is inherited. */
export interface Look {
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

export function pageLook(sheet: StyleSheet): Look {
  return {
    isGone: false,
    isUnseen: false,
    fontSize: FONT_SIZE,
    color: BLACK,
    background: sheet.hasUnknownBackground ? 'picture' : WHITE,
  };
}

export function isSeen({ isGone, isUnseen, fontSize, color, background }: Look): boolean {
  if (isGone || isUnseen || fontSize < SMALLEST_FONT || color.alpha < LEAST_OPACITY) return false;
  return background === 'picture' || contrast(over(color, background), background) >= LEAST_CONTRAST;
}

/** The look of an element inside another. */
export function lookOf(parent: Look, element: StyledElement, sheet: StyleSheet, parse = parseDeclarations): Look {
  const { attributes } = element;
  const rules = sheet.find(element);
  const own = attributes.style === undefined ? undefined : parse(attributes.style);
  const style = rules.length === 0 && own === undefined ? NOTHING : cascade(own === undefined ? rules : [...rules, own]);
  const visibility = style.get('visibility');
  return {
    isGone: parent.isGone || isGoneBy(attributes, element.name) || isGoneByStyle(style),
    isUnseen: visibility === undefined ? parent.isUnseen : visibility === 'hidden' || visibility === 'collapse',
    fontSize: fontSizeOf(style, parent.fontSize),
    color: toColor(style.get('color') ?? attributes.color) ?? parent.color,
    background: backgroundOf(style, attributes) ?? parent.background,
  };
}

type Style = ReadonlyMap<string, string>;
const NOTHING: Style = new Map();

/** The mark `!important` beats everything; else the later one wins (CSS Cascading Level 4 section 6). */
function cascade(declarations: readonly Declarations[]): Style {
  return new Map([
    ...declarations.flatMap(({ usual }) => [...usual]),
    ...declarations.flatMap(({ important }) => [...important]),
  ]);
}

function isGoneBy(attributes: StyledElement['attributes'], name: string): boolean {
  if (attributes['aria-hidden'] === 'true') return true;
  return 'hidden' in attributes || (name === 'dialog' && !('open' in attributes));
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

/** Nothing of its box is shown. */
function isCutAway(style: Style): boolean {
  if (/^rect\(\s*(\d*\.?\d+)[a-z]*[\s,]+\1[a-z]*[\s,]+\1[a-z]*[\s,]+\1/.test(style.get('clip') ?? '')) return true;
  const path = style.get('clip-path') ?? '';
  if (/^(?:inset\(\s*(?:[5-9]\d(?:\.\d+)?|100)%|circle\(\s*0|polygon\(\s*0\w*\s+0\w*(?:\s*,\s*0\w*\s+0\w*)*\s*\))/.test(path))
    return true;
  const hides = ['overflow', 'overflow-x', 'overflow-y'].some((property) => /hidden|clip/.test(style.get(property) ?? ''));
  return (
    hides &&
    ['height', 'max-height', 'width', 'max-width'].some((property) => (pixels(style.get(property)) ?? FAR_AWAY) < NO_ROOM)
  );
}

/** It is moved out of the page, or shrunk to nothing. */
function isElsewhere(style: Style): boolean {
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

function fontSizeOf(style: Style, inherited: number): number {
  const size = style.get('font-size') ?? /(?:^|\s)([\d.]+(?:px|pt|em|rem|%))/.exec(style.get('font') ?? '')?.[1];
  return pixels(size, inherited) ?? inherited;
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
