import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { buildMail } from '@otterpost/testkit/mail';

export interface SignInPageOptions {
  /** Takes the mail of whatever address: all are forwarded into one mailbox. */
  readonly sendMail: (raw: string) => Promise<void>;
  /** Their mails leave only when all of them have asked, the last to ask first. */
  readonly together: readonly string[];
}

export interface SignInPage {
  readonly url: string;
  /** Who signed in with the code that was mailed to them, in this order. */
  readonly signedIn: readonly string[];
  stop(): Promise<void>;
}

/** A site that signs people in by a mailed code, in two forms without a script. */
export async function startSignInPage({ sendMail, together }: SignInPageOptions): Promise<SignInPage> {
  const codes = new Map<string, string>();
  const held: string[] = [];
  const signedIn: string[] = [];

  const mailCode = async (email: string): Promise<void> => {
    codes.set(email, String(randomInt(100_000, 1_000_000)));
    held.unshift(email);
    if (together.includes(email) && !together.every((other) => held.includes(other))) return;
    for (const to of held.splice(0)) await sendMail(codeMail(to, codes.get(to) ?? ''));
  };

  const answer = async (request: IncomingMessage): Promise<string> => {
    const fields = new URLSearchParams(await text(request));
    const [email = '', code] = [fields.get('email') ?? undefined, fields.get('code') ?? undefined];
    switch (`${request.method} ${request.url}`) {
      case 'POST /code':
        await mailCode(email);
        return codeForm(email);
      case 'POST /session':
        if (code === undefined || codes.get(email) !== code) return page('That is not the code that was mailed to you');
        codes.delete(email);
        signedIn.push(email);
        return page(`Signed in as ${email}`);
      default:
        return emailForm();
    }
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (html) => response.setHeader('content-type', 'text/html; charset=utf-8').end(html),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    signedIn,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function codeMail(to: string, code: string): string {
  return buildMail({
    from: 'Burrow <no-reply@burrow.example>',
    to,
    subject: 'Your code for Burrow',
    text: `Your verification code is ${code}.`,
    headers: [['Delivered-To', 'master@otters.example']],
  });
}

const page = (heading: string, form = ''): string =>
  `<!doctype html><html lang="en"><title>Burrow</title><h1>${heading}</h1>${form}</html>`;

const emailForm = (): string =>
  page(
    'Sign in',
    '<form method="post" action="/code"><label>Email <input name="email" type="email"></label><button>Send code</button></form>',
  );

const codeForm = (email: string): string =>
  page(
    'We mailed you a code',
    `<form method="post" action="/session"><input type="hidden" name="email" value="${email}">` +
      '<label>Code <input name="code"></label><button>Sign in</button></form>',
  );
