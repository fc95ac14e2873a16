/** Objects whose keys are a caller's own words, not field names. */
const FREE_KEYS = new Set(['labels']);

/** A value of the HTTP API as a protobuf message: snake_case, and nothing where JSON has null. */
export function toMessage(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMessage);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [toSnakeCase(name), FREE_KEYS.has(name) ? field : toMessage(field)]),
  );
}

/** A protobuf message as the body of a request of the HTTP API: camelCase, without the fields that were not set. */
export function fromMessage(message: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message)
      .filter(([, field]) => field !== undefined && field !== null)
      .map(([name, field]) => [toCamelCase(name), field]),
  );
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
