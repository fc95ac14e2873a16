import { randomBytes } from 'node:crypto';

/**
 * Stands in every secret that tests make up, so that no secret can turn up unnoticed where none may be. Its base64 holds
 * neither `+` nor `/`, and URLs take it as it is.
 */
export const CANARY = 'kanari0tter';

const made = new Map<string, string>();

/** A secret for tests: whoever asks by the same name in the same test file gets the same. */
export function secret(name: string): string {
  const known = made.get(name) ?? `${CANARY}-${name}-${randomBytes(4).toString('hex')}`;
  made.set(name, known);
  return known;
}

export interface Sighting {
  readonly shape: string;
  /** Where it begins, in bytes. */
  readonly at: number;
}

/** API keys are made by the gateway and hold no canary; their own form gives them away. */
const KEY_PREFIX = Buffer.from('ott_');
const API_KEY = /^ott_[0-9a-hjkmnp-tv-z]{69}$/;
const API_KEY_CHARS = 73;

/** Every secret of tests in there, and every one of `more`, in any shape that a careless writer might give it. */
export function findSecrets(bytes: Buffer, more: readonly string[] = []): Sighting[] {
  const shapes = [CANARY, ...more].flatMap(shapesOf);
  const found = shapes.flatMap(({ name, text }) => placesOf(Buffer.from(text), bytes).map((at) => ({ shape: name, at })));
  const keys = placesOf(KEY_PREFIX, bytes).filter((at) => API_KEY.test(bytes.toString('latin1', at, at + API_KEY_CHARS)));
  return [...found, ...keys.map((at) => ({ shape: 'API key', at }))];
}

interface Shape {
  readonly name: string;
  readonly text: string;
}

function shapesOf(secret: string): Shape[] {
  const hex = Buffer.from(secret).toString('hex');
  return [
    { name: 'plain', text: secret },
    { name: 'hex', text: hex },
    ...[0, 1, 2].map((offset) => ({ name: 'base64', text: inBase64(secret, offset) })),
  ];
}

/** Which characters of base64 stand for it alone depends on where in a longer text it began. */
function inBase64(secret: string, offset: number): string {
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + secret.length) * 8) / 6);
  const text = Buffer.from(`${'.'.repeat(offset)}${secret}`).toString('base64');
  return text.slice(from, to);
}

function placesOf(wanted: Buffer, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) places.push(at);
  return places;
}
