import * as z from 'zod';

export const SiteSlug = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be a slug like nike or shop.example');
export type SiteSlug = z.infer<typeof SiteSlug>;
