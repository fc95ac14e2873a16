export const OPEN_FROM = Symbol('OpenFrom');

/** Opens what another service sealed for this subject; base64 in, text out. @throws Failure `unsealing_failed` */
export type OpenFrom = (subject: string, sealed: string) => string;
