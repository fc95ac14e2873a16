/** How an element is shown, as far as its own style, its attributes and the mail's style sheet tell; the rest is inherited. */
export interface Look {
  /** Not there, with all that is in it: nothing inside can come back. */
  readonly gone: boolean;
  /** `font-size: 0` and `visibility: hidden`: what is inside may set its own. */
  readonly tiny: boolean;
  readonly unseen: boolean;
  readonly color: string;
  readonly background: string | undefined;
}

export interface Attributes {
  readonly [name: string]: string;
}

export const PAGE: Look = { gone: false, tiny: false, unseen: false, color: '#000000', background: undefined };

const GONE = /(?:^|;|\s)display\s*:\s*none|opacity\s*:\s*0(?:\.0+)?\s*(?:!|;|$)|mso-hide\s*:\s*all/i;
const COLOR_NAMES: Readonly<Record<string, string>> = { white: '#ffffff', black: '#000000', transparent: 'transparent' };

export function isSeen({ gone, tiny, unseen, color, background }: Look, sheet: StyleSheet): boolean {
  if (gone || tiny || unseen || color === 'transparent') return false;
  if (background !== undefined) return color !== background;
  // White on a page that nobody coloured.
  return color !== '#ffffff' || sheet.colours;
}

/** The look of an element inside another. */
export function lookOf(parent: Look, attributes: Attributes, sheet: StyleSheet): Look {
  const style = `${styleOf(sheet, attributes)};${attributes.style ?? ''}`;
  const fontSize = lastValue(style, 'font-size');
  const visibility = lastValue(style, 'visibility');
  const background = lastValue(style, 'background-color') ?? lastValue(style, 'background') ?? attributes.bgcolor;
  return {
    gone: parent.gone || 'hidden' in attributes || GONE.test(style),
    tiny: fontSize === undefined ? parent.tiny : /^0(?:\.0+)?(?![\d.])/.test(fontSize),
    unseen: visibility === undefined ? parent.unseen : /hidden|collapse/i.test(visibility),
    color: toColor(lastValue(style, 'color') ?? attributes.color) ?? parent.color,
    background:
      attributes.background !== undefined
        ? 'picture'
        : background === undefined
          ? parent.background
          : (toColor(background) ?? 'picture'),
  };
}

/** The last declaration of a property wins. */
function lastValue(style: string, property: string): string | undefined {
  const found = [...style.matchAll(new RegExp(`(?:^|;|\\s)${property}\\s*:\\s*([^;]+)`, 'gi'))].at(-1)?.[1];
  return found?.replace(/!important/i, '').trim();
}

/** One form for a colour; undefined for what is no plain colour, such as a picture or a gradient. */
function toColor(value: string | undefined): string | undefined {
  const text = value?.toLowerCase().trim() ?? '';
  const [, r, g, b] = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(text) ?? [];
  if (r !== undefined && g !== undefined && b !== undefined) return `#${r}${r}${g}${g}${b}${b}`;
  if (/^#[0-9a-f]{6}$/.test(text)) return text;
  const [, red, green, blue, alpha = '1'] = /^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)/.exec(text) ?? [];
  // What lies under a thin colour is seen through it.
  if (red !== undefined && Number(alpha) < 1) return Number(alpha) === 0 ? 'transparent' : undefined;
  if (red !== undefined) return `#${[red, green, blue].map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
  return COLOR_NAMES[text];
}

/** What the mail's own style sheet says of classes and ids. */
export interface StyleSheet {
  readonly rules: ReadonlyMap<string, string>;
  /** It sets some background: then colours cannot be judged by styles alone. */
  readonly colours: boolean;
}

/** Simple selectors of one class or id; what holds for some screens only is left out. */
export function parseStyleSheet(css: string): StyleSheet {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  const rules = new Map<string, string>();
  for (const [, selectors = '', declarations = ''] of plain.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    for (const selector of selectors.split(',')) {
      const [, name] = /^\s*[a-z0-9]*([.#][\w-]+)\s*$/i.exec(selector) ?? [];
      if (name !== undefined) rules.set(name, `${rules.get(name) ?? ''};${declarations}`);
    }
  }
  return { rules, colours: /background/i.test(css) };
}

function styleOf({ rules }: StyleSheet, attributes: Attributes): string {
  if (rules.size === 0) return '';
  const names = [...(attributes.class ?? '').split(/\s+/).map((name) => `.${name}`), `#${attributes.id ?? ''}`];
  return names.flatMap((name) => rules.get(name) ?? []).join(';');
}
