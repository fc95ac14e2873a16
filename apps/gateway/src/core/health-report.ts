export const HEALTH = Symbol('HealthReport');

/** What the gateway says of itself on its own port. */
export interface HealthReport {
  readiness(): { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };
}
