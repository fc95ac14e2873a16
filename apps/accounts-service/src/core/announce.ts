export const ANNOUNCE = Symbol('Announce');

/** Tells whoever listens now; may be lost, so that nothing rests on it but speed. */
export type Announce = (subject: string, value: unknown) => void;
