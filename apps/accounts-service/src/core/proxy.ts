/** An account's proxy as a URL, user and password percent-encoded, the port always written. */
export type ParsedProxy =
  | { readonly kind: 'proxy'; readonly url: string }
  | { readonly kind: 'invalid'; readonly message: string };

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 } as const;
const PROXY_URL = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:(?<login>.*)@)?(?<host>\[[^\]]*\]|[^:/?#[\]@]+)(?::(?<port>\d+))?\/?$/i;
const PROXY_PARTS = /^(?<host>\[[^\]]*\]|[^:/?#[\]@]+):(?<port>\d+)(?::(?<user>[^:]+):(?<password>[^:]+))?$/;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const BARE_IPV6 = /^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i;

/**
 * Reads `host:port`, `host:port:user:password` or a URL with scheme http, https or socks5; IPv6 stands in brackets.
 * What fits none of these is invalid, with a sentence that says why: nothing is guessed.
 */
export function parseProxy(text: string): ParsedProxy {
  if (/\p{Cc}|\p{Surrogate}/u.test(text)) return invalid('it holds a control character or half of one');
  return text.includes('://') ? fromUrl(text) : fromParts(text);
}

function fromUrl(text: string): ParsedProxy {
  const { scheme = '', login, host = '', port } = PROXY_URL.exec(text)?.groups ?? {};
  const known = scheme.toLowerCase() as keyof typeof DEFAULT_PORTS;
  if (scheme === '') return invalid('it is not scheme://user:password@host:port');
  if (!Object.hasOwn(DEFAULT_PORTS, known)) return invalid('its scheme is none of http, https and socks5');
  if (login === undefined) return toProxy(known, host, port ?? String(DEFAULT_PORTS[known]));
  const colon = login.indexOf(':');
  try {
    const [user, password] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
    return toProxy(known, host, port ?? String(DEFAULT_PORTS[known]), decodeURIComponent(user), decodeURIComponent(password));
  } catch {
    return invalid('a percent sign in its user or password begins no encoded character: write it as %25');
  }
}

function fromParts(text: string): ParsedProxy {
  // An escaped colon belongs to the user or the password; no proxy holds a NUL, so that may stand for it meanwhile.
  const parts = PROXY_PARTS.exec(text.replaceAll('\\:', '\0'))?.groups;
  if (parts === undefined) {
    return invalid(
      BARE_IPV6.test(text)
        ? 'an IPv6 address stands in brackets: [address]:port'
        : 'it is not host:port, host:port:user:password or a URL',
    );
  }
  const { host = '', port = '', user, password } = parts;
  return toProxy('http', host, port, user?.replaceAll('\0', ':'), password?.replaceAll('\0', ':'));
}

function toProxy(scheme: string, host: string, port: string, user = '', password = ''): ParsedProxy {
  if (!isHost(host)) return invalid('its host is neither a name nor an address');
  if (Number(port) < 1 || Number(port) > 65_535) return invalid('its port is not between 1 and 65535');
  const login = user === '' && password === '' ? '' : `${encode(user)}${password === '' ? '' : `:${encode(password)}`}@`;
  return { kind: 'proxy', url: `${scheme}://${login}${host.toLowerCase()}:${Number(port)}` };
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return URL.canParse(`http://${host}`);
  const labels = host.split('.');
  // Digits alone in the last label make it an IPv4 address (WHATWG URL, "ends in a number checker"): then all four must be there.
  if (/^\d+$/.test(labels.at(-1) ?? ''))
    return labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label) && Number(label) < 256);
  return host.length <= 253 && labels.every((label) => LABEL.test(label));
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function invalid(message: string): ParsedProxy {
  return { kind: 'invalid', message };
}
