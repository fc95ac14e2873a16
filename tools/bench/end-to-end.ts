import { benchBurst } from './burst.ts';
import type { Figures } from './figures.ts';
import { benchGentleMails } from './gentle-mails.ts';

/** From the server's EXISTS to the worker's answer, beside the least that could do it: one mail at a time, and five hundred at once. */
export async function benchEndToEnd(): Promise<Figures[]> {
  return [...(await benchGentleMails()), ...(await benchBurst())];
}
