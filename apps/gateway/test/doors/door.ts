import type { Problem } from '@otterpost/contracts/problem';
import type { Ticket } from '@otterpost/contracts/tickets';

export interface Credentials {
  readonly key?: string;
  readonly idempotencyKey?: string;
}

/** What one asked of the gateway came to: the same on every transport. */
export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'refused'; readonly problem: Refusal };
export type Refusal = Pick<Problem, 'code' | 'errors'>;

/** One transport to the tickets, with nothing of the transport left. */
export interface Door {
  readonly name: string;
  open(body: Record<string, unknown>, options: Credentials & { wait?: number }): Promise<Outcome<Ticket>>;
  get(id: string, options: Credentials & { wait?: number }): Promise<Outcome<Ticket>>;
  cancel(id: string, options: Credentials): Promise<Outcome<undefined>>;
  reject(id: string, reason: string, options: Credentials): Promise<Outcome<Ticket>>;
  /** The states of the ticket, the present one first, until it has ended. `onState` hears of each as it comes. */
  follow(id: string, options: Credentials, onState?: (state: Ticket['status']) => void): Promise<Ticket['status'][]>;
  close(): Promise<void>;
}

export const done = <T>(value: T): Outcome<T> => ({ kind: 'done', value });
export const refused = ({ code, errors }: Refusal): Outcome<never> => ({
  kind: 'refused',
  problem: { code, ...(errors === undefined ? {} : { errors }) },
});
