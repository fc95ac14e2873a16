import { defineConfig } from '@playwright/test';

const { SIGN_IN_URL, OTTER_CHROMIUM } = process.env;

export default defineConfig({
  // Mail takes its time: a test may wait for it longer than for a page.
  timeout: 90_000,
  use: {
    ...(SIGN_IN_URL === undefined ? {} : { baseURL: SIGN_IN_URL }),
    // The browser of `npx playwright install` unless another is named.
    launchOptions: OTTER_CHROMIUM === undefined ? {} : { executablePath: OTTER_CHROMIUM },
  },
});
