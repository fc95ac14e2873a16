export const OPEN_FROM = Symbol('OpenFrom');

/** Opens what another service sealed for this subject; base64 in, text out. @throws Failure `unsealing_failed` */
export type OpenFrom = (subject: string, sealed: string) => string;

export const SEAL_TO = Symbol('SealTo');

/** Seals what goes to another service in the answer to this subject; text in, base64 out. */
export type SealTo = (subject: string, text: string) => string;
