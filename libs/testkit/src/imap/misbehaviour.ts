/** A moment of a session at which a server may go wrong. */
export type Moment = 'greeting' | 'login' | 'select' | 'exists' | 'idle' | 'done' | 'fetch' | 'status' | 'any';

/** How it goes wrong there. */
export type Fault =
  | 'hang'
  | 'drip'
  | 'bye'
  | 'reset'
  | 'no'
  | 'bad'
  | 'cut-literal'
  | 'endless-ok'
  | 'end-idle'
  | 'lie-exists'
  | 'literal-name';

export interface Misbehaviour {
  readonly at: Moment;
  readonly how: Fault;
  /** Only for this user; for all when not named. */
  readonly user?: string;
  /** What the server says to it: the words of a provider's refusal, `[UNAVAILABLE] …`. */
  readonly text?: string;
  /** How often; always when not named. */
  readonly times?: number;
}

/** What a server has been told to do wrong, asked at each moment. */
export class Script {
  readonly #rules: { rule: Misbehaviour; left: number }[] = [];

  /** Adds a rule; gives what takes it back. */
  add(rule: Misbehaviour): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  take(at: Moment, user: string | undefined): Misbehaviour | undefined {
    const entry = this.#rules.find(
      ({ rule, left }) => left > 0 && (rule.at === at || rule.at === 'any') && (rule.user === undefined || rule.user === user),
    );
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.rule;
  }

  /** Faults that are still to happen, of those that happen a number of times. */
  get due(): number {
    return this.#rules.reduce((sum, { rule, left }) => sum + (rule.times === undefined ? 0 : left), 0);
  }
}
