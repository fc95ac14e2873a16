import { Failure } from '@otterpost/contracts/failure';

import { parseProxy } from './proxy.ts';

/** What RFC 3986 lets stand in a user or password as it is; imapflow hands a SOCKS server these parts of the URL undecoded. */
const AS_IT_IS = /^[\w.~!$&'()*+,%-]*$/;

/**
 * The URL of a proxy that mailboxes can be reached through: HTTP CONNECT or SOCKS5.
 *
 * @throws Failure `invalid_request` that says what is wrong with it, and no password.
 */
export function toImapProxy(text: string): string {
  const parsed = parseProxy(text);
  if (parsed.kind === 'invalid') throw refused(parsed.message);
  const url = new URL(parsed.url);
  const login = [url.username, url.password].map(decodeURIComponent);
  if (url.protocol === 'https:') throw refused('a mailbox is reached through http or socks5, not through an https proxy');
  if (url.protocol === 'http:') return parsed.url;
  if (!login.every((part) => AS_IT_IS.test(part)))
    throw refused("a SOCKS5 user and password may hold letters, digits and . _ ~ - ! $ & ' ( ) * + , % alone");
  return `socks5://${login.some((part) => part !== '') ? `${login.join(':')}@` : ''}${url.host}`;
}

function refused(message: string): Failure {
  return new Failure('invalid_request', { detail: `The proxy is refused: ${message}`, errors: [{ path: 'proxy', message }] });
}
