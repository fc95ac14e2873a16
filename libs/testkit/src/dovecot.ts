import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { GenericContainer, type StartedTestContainer } from 'testcontainers';

import { makeCertificate } from './certificate.ts';
import { eventually } from './eventually.ts';
import { findFreePort } from './free-port.ts';
import { findOrMakeUser } from './postgres.ts';
import { ServerProcess } from './server-process.ts';

export interface DovecotOptions {
  readonly users: readonly { readonly name: string; readonly password: string }[];
  /** More lines of Dovecot's configuration. */
  readonly config?: string;
  /** Another network than this machine's own: how a program is run there, and its address as seen from here. */
  readonly network?: { readonly enter: readonly string[]; readonly host: string };
}

/** A real Dovecot of our own on loopback: IMAP in plain text and over TLS, mail delivered into Maildirs. */
export interface Dovecot {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  /** The authority of its certificate, in PEM. */
  readonly ca: string;
  deliver(user: string, raw: string | Buffer): Promise<void>;
  /** Stops all its processes where they are: the kernel still takes what clients send. */
  freeze(): void;
  thaw(): void;
  /** Ends it with all its connections, as a crash would. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 30_000;
/** Debian keeps servers where a plain user's PATH does not look. */
const SEARCH_PATH = [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
const IMAGE = 'dovecot/dovecot:2.3.21';
const CONTAINER_PORTS = { plain: 10_143, tls: 10_993 };

/** The machine's own Dovecot; in a container where it has none and a Docker engine answers. */
export async function startDovecot(options: DovecotOptions): Promise<Dovecot> {
  const home = await mkdtemp(join(tmpdir(), 'otterpost-dovecot-'));
  await chmod(home, 0o755);
  const certificate = await makeCertificate();
  await writeFile(join(home, 'cert.pem'), certificate.cert);
  await writeFile(join(home, 'key.pem'), certificate.key, { mode: 0o600 });
  await writeFile(join(home, 'users'), options.users.map(({ name, password }) => `${name}:{PLAIN}${password}::::::\n`).join(''));
  const server = (await isInstalled()) ? await startLocal(home, options) : await startContainer(home, options);
  return {
    host: options.network?.host ?? '127.0.0.1',
    port: server.port,
    tlsPort: server.tlsPort,
    ca: certificate.cert,
    deliver: (user, raw) => server.deliver(user, Buffer.from(raw)),
    freeze: server.freeze,
    thaw: server.thaw,
    kill: server.kill,
    restart: server.restart,
    stop: async () => {
      await server.kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

type Running = Pick<Dovecot, 'port' | 'tlsPort' | 'freeze' | 'thaw' | 'kill' | 'restart'> & {
  deliver(user: string, raw: Buffer): Promise<void>;
};

async function isInstalled(): Promise<boolean> {
  const probe = new ServerProcess('dovecot', 'dovecot', ['--version'], { env: { PATH: SEARCH_PATH } });
  await probe.ended().catch(() => undefined);
  return /^\d/.test(probe.output.trim());
}

/** Dovecot as root uses its own users; as a plain user it is told to be that user everywhere, and to chroot nowhere. */
async function startLocal(home: string, options: DovecotOptions): Promise<Running> {
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? await findOrMakeUser('dovecot') : { uid: userInfo().uid, gid: userInfo().gid };
  const me = userInfo().username;
  const [port, tlsPort] = [await findFreePort(), await findFreePort()];
  const mail = join(home, 'mail');
  await mkdir(mail, { mode: 0o755 });
  if (isRoot) await chown(mail, owner.uid, owner.gid);
  const users = isRoot
    ? []
    : [`default_internal_user = ${me}`, `default_login_user = ${me}`, `default_internal_group = ${await groupOf(owner.gid)}`];
  const config = join(home, 'dovecot.conf');
  await writeFile(config, toConfig({ home, mail, port, tlsPort, ...owner, lines: [...users, options.config ?? ''] }));
  const { enter, host } = options.network ?? { enter: [], host: '127.0.0.1' };
  const [command = 'dovecot', ...args] = [...enter, 'dovecot', '-F', '-c', config];
  const launch = async (): Promise<ServerProcess> => {
    const server = new ServerProcess('dovecot', command, args, { env: { ...process.env, PATH: SEARCH_PATH } });
    try {
      await eventually(() => greets(host, port, server), { timeoutMs: START_DEADLINE_MS });
    } catch (error) {
      await server.stop('SIGKILL');
      throw new Error(`Dovecot did not start:\n${server.output}`, { cause: error });
    }
    return server;
  };
  let server = await launch();
  return {
    port,
    tlsPort,
    deliver: async (user, raw) => {
      const inbox = join(mail, user, 'Maildir');
      await eventually(() => addToMaildir(inbox, raw, owner));
    },
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    kill: () => server.stop('SIGTERM'),
    restart: async () => {
      await server.stop('SIGTERM');
      server = await launch();
    },
  };
}

async function startContainer(home: string, options: DovecotOptions): Promise<Running> {
  if (options.network !== undefined)
    throw new Error('Only a Dovecot of this machine can be put into a network of its own: install it');
  const { plain, tls } = CONTAINER_PORTS;
  const config = toConfig({
    home: '/srv',
    mail: '/srv/mail',
    port: plain,
    tlsPort: tls,
    uid: 1000,
    gid: 1000,
    lines: [options.config ?? ''],
  });
  const copied = ['cert.pem', 'key.pem', 'users'].map(async (name) => ({
    content: await readFile(join(home, name)),
    target: `/srv/${name}`,
  }));
  const container: StartedTestContainer = await new GenericContainer(IMAGE)
    .withExposedPorts(plain, tls)
    .withCopyContentToContainer([{ content: config, target: '/etc/dovecot/dovecot.conf' }, ...(await Promise.all(copied))])
    .withStartupTimeout(START_DEADLINE_MS)
    .start();
  const deliver = async (user: string, raw: Buffer): Promise<void> => {
    const target = `/srv/mail/${user}/Maildir/new/${Date.now()}.${randomUUID()}.otters`;
    await container.copyContentToContainer([{ content: raw, target, mode: 0o666 }]);
  };
  return {
    port: container.getMappedPort(plain),
    tlsPort: container.getMappedPort(tls),
    deliver,
    freeze: notInContainer,
    thaw: notInContainer,
    kill: async () => void (await container.stop()),
    restart: () => container.restart(),
  };
}

function notInContainer(): never {
  throw new Error('Only a Dovecot of this machine can be frozen: install it');
}

interface Place {
  readonly home: string;
  readonly mail: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly uid: number;
  readonly gid: number;
  readonly lines: readonly string[];
}

function toConfig({ home, mail, port, tlsPort, uid, gid, lines }: Place): string {
  return `
base_dir = ${home}/run
state_dir = ${home}/state
log_path = ${home}/dovecot.log
protocols = imap
listen = *
ssl = yes
ssl_cert = <${home}/cert.pem
ssl_key = <${home}/key.pem
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = ${home}/users
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${mail}/%u
}
namespace inbox {
  inbox = yes
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
${lines.join('\n')}
`;
}

/** A Maildir's delivery: written beside, then moved in at once (https://cr.yp.to/proto/maildir.html). */
async function addToMaildir(folder: string, raw: Buffer, { uid, gid }: { uid: number; gid: number }): Promise<true> {
  const name = `${Date.now()}.${randomUUID()}.otters`;
  for (const part of ['tmp', 'new', 'cur']) await makeOwned(join(folder, part), uid, gid);
  await writeFile(join(folder, 'tmp', name), raw);
  await chown(join(folder, 'tmp', name), uid, gid);
  await rename(join(folder, 'tmp', name), join(folder, 'new', name));
  return true;
}

async function makeOwned(folder: string, uid: number, gid: number): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await chown(made, uid, gid);
}

async function groupOf(gid: number): Promise<string> {
  const groups = await readFile('/etc/group', 'utf8');
  return (
    groups
      .split('\n')
      .find((line) => line.split(':')[2] === String(gid))
      ?.split(':')[0] ?? String(gid)
  );
}

async function greets(host: string, port: number, server: ServerProcess): Promise<true> {
  if (!server.isRunning) throw new Error('the server has ended');
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    socket.setTimeout(1000, () => socket.destroy(new Error('no greeting')));
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      socket.destroy();
      if (String(chunk).startsWith('* OK')) resolve(true);
      else reject(new Error(`not IMAP: ${String(chunk)}`));
    });
  });
}
