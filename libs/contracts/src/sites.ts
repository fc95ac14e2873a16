import * as z from 'zod';

import { Authenticity } from './extraction.ts';
import { Timestamp } from './page.ts';
import { SiteSender } from './sender.ts';

export const SiteSlug = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be a slug like nike or shop.example');
export type SiteSlug = z.infer<typeof SiteSlug>;

export const MAX_PATTERN_CHARS = 500;
const Pattern = z.string().min(1).max(MAX_PATTERN_CHARS).meta({ description: 'RE2 syntax; ^ and $ match at the ends of lines' });

/** What a site asks of a mail's authenticity: `preferred` refuses `fail`, `required` takes only `pass`. */
export const AuthenticityPolicy = z.enum(['required', 'preferred', 'off']);
export type AuthenticityPolicy = z.infer<typeof AuthenticityPolicy>;

export function isRefused(authenticity: Authenticity, policy: AuthenticityPolicy): boolean {
  return policy === 'required' ? authenticity !== 'pass' : policy === 'preferred' && authenticity === 'fail';
}

const CodeRule = z.strictObject({
  pattern: Pattern,
  group: z
    .union([z.int().min(0).max(50), z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/)])
    .optional()
    .meta({
      description:
        'The group that is the code: its number or name; else the one named "code", else the first that took part, else all',
    }),
});

export const SiteSample = z.strictObject({
  mail: z.string().min(1).max(500_000).meta({ description: 'A raw mail (RFC 5322)' }),
  expect: z
    .strictObject({ code: z.string().min(1).max(100).optional(), link: z.string().min(1).max(4000).optional() })
    .refine(
      ({ code, link }) => code !== undefined || link !== undefined,
      'must name a code or a link; null where nothing is to be found',
    )
    .nullable(),
});
export type SiteSample = z.infer<typeof SiteSample>;

/** The body of `PUT /v1/sites/:slug`. */
export const SiteDefinition = z.strictObject({
  name: z.string().trim().min(1).max(200),
  senders: z.array(SiteSender).max(100),
  subjects: z
    .array(Pattern)
    .min(1)
    .max(20)
    .optional()
    .meta({ description: 'Mails with another subject hold nothing for this site' }),
  code: CodeRule.optional(),
  link: z.strictObject({ pattern: Pattern }).optional().meta({ description: 'Found in the address that the link leads to' }),
  expiresIn: z.int().min(1).max(604_800).optional().meta({ description: 'Seconds, where the mail does not say' }),
  authenticity: AuthenticityPolicy.default('preferred'),
  samples: z.array(SiteSample).max(50).default([]),
});
export type SiteDefinition = z.output<typeof SiteDefinition>;

/** What became of the mails of a site with patterns of its own, since it was last changed. */
export const PatternUse = z.object({
  matched: z.int().min(0).meta({ description: "Mails in which the site's patterns found something" }),
  fellBack: z.int().min(0).meta({ description: 'Mails in which they found nothing and the generic extractor did' }),
  nothing: z.int().min(0).meta({ description: 'Mails in which neither found anything' }),
  otherSubject: z.int().min(0).meta({ description: 'Mails whose subject none of the site fits' }),
  lastMatchedAt: Timestamp.nullable(),
  lastFellBackAt: Timestamp.nullable(),
});
export type PatternUse = z.infer<typeof PatternUse>;

const Shown = {
  slug: SiteSlug,
  shipped: z.boolean().meta({ description: 'It came with the suite and nobody changed it' }),
  patternUse: PatternUse,
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

/** A site as it is answered. */
export const Site = SiteDefinition.extend(Shown);
export type Site = z.output<typeof Site>;

/** A site as it is listed: its samples are counted. */
export const SiteListing = SiteDefinition.omit({ samples: true }).extend({ ...Shown, sampleCount: z.int() });
export type SiteListing = z.output<typeof SiteListing>;
