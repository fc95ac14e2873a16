import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Extraction } from '@otterpost/contracts/extraction';

import { readShippedSites } from '../apps/accounts-service/src/adapters/shipped-sites.ts';
import { isAligned, toRegistrableDomain } from '../apps/code-extractor/src/adapters/alignment.ts';
import { compileRe2 } from '../apps/code-extractor/src/adapters/re2-pattern.ts';
import { readMail } from '../apps/code-extractor/src/adapters/read-mail.ts';
import { createJudgeAuthenticity } from '../apps/code-extractor/src/core/authenticity.ts';
import { SiteBook, toKnownSite } from '../apps/code-extractor/src/core/site-book.ts';
import { toExtraction } from '../apps/code-extractor/src/core/to-extraction.ts';
import { createUnderstandMail } from '../apps/code-extractor/src/core/understand-mail.ts';

/**
 * Runs the extractor over `.eml` files. A folder with an `index.jsonl` is scored: an answer counts for precision where it was given, for recall
 * where one was to be given. Exits 0 when every label is met, or the asked precision and recall are.
 */
interface Label {
  readonly file: string;
  readonly expected_code?: string | null;
  readonly expected_link?: string | null;
  readonly lang: string;
  readonly link_ambiguous?: boolean;
}

class Score {
  right = 0;
  given = 0;
  due = 0;

  add(answer: string | null, expected: string | null): boolean {
    if (answer !== null) this.given += 1;
    if (expected !== null) this.due += 1;
    if (answer !== null && answer === expected) this.right += 1;
    return answer === expected;
  }

  get precision(): number {
    return this.given === 0 ? 1 : this.right / this.given;
  }

  get recall(): number {
    return this.due === 0 ? 1 : this.right / this.due;
  }
}

const sites = new SiteBook();
for (const [slug, site] of await readShippedSites()) sites.put(toKnownSite({ ...site, slug, revision: 0 }, compileRe2));
const understand = createUnderstandMail({
  read: readMail,
  judge: createJudgeAuthenticity({ isAligned, verify: undefined, arcSealers: new Set() }),
  sites,
  toRegistrableDomain,
});

const NOBODYS_MAILBOX = { username: null, authservId: null, forwarders: [] };

async function answer(path: string): Promise<Extraction> {
  const began = performance.now();
  const understood = await understand({ source: readFileSync(path), isWhole: true, texts: [] }, NOBODYS_MAILBOX);
  return toExtraction(understood, performance.now() - began);
}

function mailsIn(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return entries
    .filter((name) => name.endsWith('.eml'))
    .map((name) => join(path, name))
    .sort();
}

function labelsOf(folder: string): Map<string, Label> | undefined {
  const index = join(folder, 'index.jsonl');
  if (!existsSync(index)) return undefined;
  const lines = readFileSync(index, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return new Map(lines.map((line) => JSON.parse(line) as Label).map((label) => [label.file.split('/').at(-1) ?? '', label]));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, 'min-precision': { type: 'string' }, 'min-recall': { type: 'string' } },
  });
  const [place] = positionals;
  if (place === undefined || !existsSync(place)) throw new Error('Name a mail (.eml) or a folder of mails that is there');
  const mails = mailsIn(place);
  if (mails.length === 0) throw new Error(`There is no .eml file in ${place}`);
  if (values.json === true) {
    for (const file of mails) console.log(JSON.stringify({ file, ...(await answer(file)) }));
    return 0;
  }
  const labels = labelsOf(statSync(place).isFile() ? dirname(place) : place);
  const [codes, links] = [new Score(), new Score()];
  const languages = new Map<string, Score>();
  let missed = 0;
  const began = performance.now();
  for (const file of mails) {
    const name = file.split('/').at(-1) ?? file;
    const label = labels?.get(name);
    const found = await answer(file);
    if (label === undefined) {
      console.log(`${name}: ${found.kind} ${found.code ?? found.link ?? ''}`);
      continue;
    }
    const language = languages.get(label.lang) ?? new Score();
    languages.set(label.lang, language);
    const expected = { code: label.expected_code ?? null, link: label.expected_link ?? null };
    let met = codes.add(found.code, expected.code);
    language.add(found.code, expected.code);
    if (label.link_ambiguous !== true) {
      met = links.add(found.link, expected.link) && met;
      language.add(found.link, expected.link);
    }
    if (met) continue;
    missed += 1;
    const why = found.candidates.slice(0, 3).map(({ value, score, reasons }) => `${value} ${score} (${reasons.join(', ')})`);
    console.log(
      `✗ ${name} [${label.lang}] expected ${expected.code ?? expected.link ?? 'none'}, got ${found.code ?? found.link ?? 'none'}: ${why.join(' | ')}`,
    );
  }
  const seconds = (performance.now() - began) / 1000;
  if (labels !== undefined) {
    for (const [language, score] of [...languages].sort())
      console.log(`${language.padEnd(12)} precision ${percent(score.precision)}, recall ${percent(score.recall)}`);
  }
  const all = new Score();
  for (const score of [codes, links]) {
    all.right += score.right;
    all.given += score.given;
    all.due += score.due;
  }
  const told: readonly (readonly [string, Score])[] = [
    ['codes', codes],
    ['links', links],
    ['all', all],
  ];
  for (const [what, score] of told)
    console.log(
      `${what}: precision ${percent(score.precision)}, recall ${percent(score.recall)} (${score.right} right, ${score.given} given, ${score.due} due)`,
    );
  console.log(`${mails.length} mails, ${Math.round(mails.length / seconds)} a second`);
  const { 'min-precision': minPrecision, 'min-recall': minRecall } = values;
  if (minPrecision === undefined && minRecall === undefined) return missed === 0 ? 0 : 1;
  return all.precision >= Number(minPrecision ?? 0) && all.recall >= Number(minRecall ?? 0) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
