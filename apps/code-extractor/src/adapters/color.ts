import colorString from 'color-string';

/** sRGB, each of 0 to 255, and how much of what lies under it is covered, of 0 to 1. */
export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** Undefined for what is no plain colour. */
export function toColor(value: string | undefined): Color | undefined {
  if (value === undefined) return undefined;
  const text = value.trim().toLowerCase();
  // HTML's own attributes leave the `#` away.
  const found = colorString.get(text) ?? colorString.get(`#${text}`);
  const [one, two, three, alpha] = found?.value ?? [];
  if (one === undefined || two === undefined || three === undefined || alpha === undefined) return undefined;
  if (found?.model === 'hsl') return { ...fromHsl(one, two / 100, three / 100), alpha };
  return found?.model === 'rgb' ? { red: one, green: two, blue: three, alpha } : undefined;
}

/** CSS Color Level 4 section 7.1. */
function fromHsl(hue: number, saturation: number, lightness: number): Omit<Color, 'alpha'> {
  const part = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    const spread = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return { red: part(0), green: part(8), blue: part(4) };
}

/** What is seen where the one lies on the other. */
export function over(upper: Color, under: Color): Color {
  const mix = (one: number, other: number): number => one * upper.alpha + other * (1 - upper.alpha);
  return { red: mix(upper.red, under.red), green: mix(upper.green, under.green), blue: mix(upper.blue, under.blue), alpha: 1 };
}

/** From 1 for none to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Color, other: Color): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance({ red, green, blue }: Color): number {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
