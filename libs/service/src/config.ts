import { readFileSync } from 'node:fs';

import { closestMatch } from 'leven';
import * as z from 'zod';

import { Variables } from './variables.ts';

const PREFIX = 'OTTERPOST_';

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;
type FieldName<Name> = Name extends `OTTERPOST_${infer Rest}` ? CamelCase<Lowercase<Rest>> : never;

/** The variables as values: `OTTERPOST_HTTP_PORT` becomes `httpPort`. */
export type ConfigOf<S extends z.ZodObject> = { readonly [Name in keyof z.output<S> as FieldName<Name>]: z.output<S>[Name] };

/** Everything that is wrong with the environment, at once. Values of secrets are never part of it. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/**
 * Parses an app's variables. A secret may also be given as `NAME_FILE`, the path of a file that holds it. An empty value
 * counts as absent. Throws one `ConfigError` with every fault: unknown `OTTERPOST_*` names, missing and unusable values.
 */
export function readConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): ConfigOf<S> {
  const faults: string[] = [];
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const target = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : name;
    if (!isKnown(target) || (target !== name && !isSecret(target))) faults.push(unknownName(name));
    else if (value !== '' && target in schema.shape)
      given[target] = target === name ? value : readSecretFile(name, value, faults);
  }
  const result = schema.safeParse(given);
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0] ?? '');
    faults.push(name in given ? `${name}: ${issue.message}` : `${name} is missing${mend(name)}`);
  }
  if (faults.length > 0 || result.data === undefined) throw new ConfigError(faults);
  return Object.fromEntries(Object.entries(result.data).map(([name, value]) => [toFieldName(name), value])) as ConfigOf<S>;
}

function isKnown(name: string): boolean {
  return Object.hasOwn(Variables.shape, name);
}

function isSecret(name: string): boolean {
  return metaOf(name)?.secret === true;
}

function metaOf(name: string): { description?: string; example?: unknown; secret?: unknown } | undefined {
  const schema: z.ZodType | undefined = (Variables.shape as Record<string, z.ZodType>)[name];
  return schema === undefined ? undefined : z.globalRegistry.get(schema);
}

function mend(name: string): string {
  const example = metaOf(name)?.example;
  const file = isSecret(name) ? ` (or ${name}_FILE, the path of a file that holds it)` : '';
  return `${file}${example === undefined ? '' : `, for example ${String(example)}`}`;
}

function unknownName(name: string): string {
  const near = closestMatch(name, Object.keys(Variables.shape), { maxDistance: 3 });
  return `${name} is not a variable of Otterpost${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function readSecretFile(name: string, path: string, faults: string[]): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    faults.push(`${name}: the file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return '';
  }
}

function toFieldName(name: string): string {
  return name
    .slice(PREFIX.length)
    .toLowerCase()
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
