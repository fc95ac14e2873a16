import * as z from 'zod';

export const ExtractionKind = z.enum(['code', 'link', 'code+link', 'none']);
export type ExtractionKind = z.infer<typeof ExtractionKind>;

/** How the mail came to the mailbox: straight, by an automatic forward, by a redirect, or opened from a "Fwd:". */
export const ForwardingRoute = z.enum(['none', 'auto', 'redirect', 'inline']);
export type ForwardingRoute = z.infer<typeof ForwardingRoute>;

export const Authenticity = z.enum(['pass', 'fail', 'unknown']);
export type Authenticity = z.infer<typeof Authenticity>;

/** The answer of `POST /v1/extractions` and of `npm run extract -- --json`. */
export const Extraction = z.object({
  kind: ExtractionKind,
  code: z.string().nullable(),
  link: z.string().nullable(),
  confidence: z.number().min(0).max(1),
  site: z.string().nullable(),
  recipient: z.string().nullable(),
  forwarded: ForwardingRoute,
  authenticity: Authenticity,
  expiresIn: z.int().nullable().meta({ description: 'Seconds for which the mail says the code is valid' }),
  candidates: z.array(z.object({ value: z.string(), score: z.number(), reasons: z.array(z.string()) })),
  tookMs: z.number(),
});
export type Extraction = z.infer<typeof Extraction>;
