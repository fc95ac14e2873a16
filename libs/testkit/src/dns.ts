import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What the server does with a question (RFC 1035 section 4.1.1). */
export type DnsMood = 'answers' | 'fails' | 'is silent';

/** A DNS server of our own on loopback, for TXT records. */
export interface Dns {
  /** `127.0.0.1:port`, as resolvers take it. */
  readonly address: string;
  /** Names that were asked for, in their order. */
  readonly asked: readonly string[];
  mood: DnsMood;
  put(name: string, text: string): void;
  stop(): Promise<void>;
}

const TXT = 16;
const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NAME_ERROR = 3;

export async function startDns(): Promise<Dns> {
  const records = new Map<string, string>();
  const asked: string[] = [];
  const socket = createSocket('udp4');
  const dns: Dns = {
    get address() {
      return `127.0.0.1:${socket.address().port}`;
    },
    asked,
    mood: 'answers',
    put: (name, text) => void records.set(name.toLowerCase(), text),
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (query, { address, port }) => {
    const { name, end } = readQuestion(query);
    asked.push(name);
    if (dns.mood === 'is silent') return;
    const text = dns.mood === 'answers' ? records.get(name) : undefined;
    const code = dns.mood === 'fails' ? SERVER_FAILURE : text === undefined ? NAME_ERROR : NO_ERROR;
    socket.send(toAnswer(query, end, code, text), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return dns;
}

/** The one question of a query, and where it ends. */
function readQuestion(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

function toAnswer(query: Buffer, end: number, code: number, text: string | undefined): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(text === undefined ? 0 : 1, 6);
  header.writeUInt16BE(0, 8);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, query.subarray(12, end), ...(text === undefined ? [] : [toTxt(text)])]);
}

/** A TXT record for the name of the question, in strings of at most 255 octets (RFC 1035 section 3.3.14). */
function toTxt(text: string): Buffer {
  const pieces = (text.match(/.{1,255}/gs) ?? ['']).map((piece) =>
    Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)]),
  );
  const data = Buffer.concat(pieces);
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(TXT, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(60, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}
