import { type OpenTicket, Otterpost, OtterpostError, type TicketRequest } from '@otterpost/client';
import { test as base } from '@playwright/test';

/** Opens a ticket, lets the page ask for the code, and gives the code once it has come by mail. */
export type VerificationCode = (request: TicketRequest, askForIt: () => Promise<unknown>) => Promise<string>;

const { OTTER_URL: url = 'http://127.0.0.1:8080', OTTER_KEY: key = '' } = process.env;

export const test = base.extend<{ verificationCode: VerificationCode }, { otterpost: Otterpost }>({
  otterpost: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
    async ({}, use) => use(new Otterpost({ url, key })),
    { scope: 'worker' },
  ],
  verificationCode: async ({ otterpost }, use) => {
    const waiting = new Set<OpenTicket>();
    await use(async (request, askForIt) => {
      const ticket = await otterpost.tickets.open(request);
      waiting.add(ticket);
      await askForIt();
      const code = await ticket.code();
      waiting.delete(ticket);
      return code;
    });
    // Left behind by a test that failed, one would take the next test's code.
    await Promise.all([...waiting].map(cancel));
  },
});

async function cancel(ticket: OpenTicket): Promise<void> {
  await ticket.cancel().catch((error: unknown) => {
    if (!(error instanceof OtterpostError) || error.code !== 'ticket_ended') throw error;
  });
}

export { expect } from '@playwright/test';
