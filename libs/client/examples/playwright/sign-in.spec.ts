import type { Page } from '@playwright/test';

import { expect, test, type VerificationCode } from './verification-code.ts';

const SITE = 'burrow.example';

async function signIn(page: Page, email: string, verificationCode: VerificationCode): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Email').fill(email);
  const code = await verificationCode({ site: SITE, recipient: email }, () =>
    page.getByRole('button', { name: 'Send code' }).click(),
  );
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('signs in with the code that was mailed', async ({ page, verificationCode }) => {
  await signIn(page, 'ada@otters.example', verificationCode);
  await expect(page.getByRole('heading')).toHaveText('Signed in as ada@otters.example');
});

test('signs in two people at once, each with their own code', async ({ browser, verificationCode }) => {
  const people = ['bea@otters.example', 'cyd@otters.example'];
  const pages = await Promise.all(people.map(() => browser.newPage()));
  await Promise.all(pages.map((page, at) => signIn(page, people[at] ?? '', verificationCode)));
  for (const [at, page] of pages.entries()) {
    await expect(page.getByRole('heading')).toHaveText(`Signed in as ${people[at]}`);
    await page.close();
  }
});

test('leaves no ticket behind where the page could not be asked', async ({ page, verificationCode }) => {
  await page.goto('/');
  const asked = verificationCode({ site: SITE, recipient: 'dot@otters.example' }, () =>
    page.getByRole('button', { name: 'Send code by owl' }).click({ timeout: 100 }),
  );
  await expect(asked).rejects.toThrow('Timeout');
});
