import { buildMail } from '@otterpost/testkit/mail';

/** What a site sends, as both the suite and its floor read it. */
export function mailWith(code: string, to: string): string {
  return buildMail({
    from: 'Riverbank <no-reply@riverbank.example>',
    to,
    subject: 'Your sign-in code',
    text: `Hi,\n\nYour verification code is ${code}.\n\nIt expires in 10 minutes.\n`,
    html: `<html><body><p>Hi,</p><p>Your verification code is <b>${code}</b>.</p><p>It expires in 10 minutes.</p></body></html>`,
  });
}

export interface Summary {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export function summary(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2));
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Each of ours as a multiple of the floor's. */
export function ratios(ours: Summary, floor: Summary): Summary {
  const ratio = (at: keyof Summary): number => Number((ours[at] / floor[at]).toFixed(2));
  return { p50: ratio('p50'), p90: ratio('p90'), p99: ratio('p99') };
}
