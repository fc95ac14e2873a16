import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';

import type { Bus } from './connection.ts';

const MIB = 1024 * 1024;
const DAY_MS = 24 * 3600 * 1000;

/** How long a stream remembers message ids: longer than a publisher goes on trying, longer than a restart takes. */
export const DUPLICATE_WINDOW_MS = 2 * 60 * 1000;

export interface StreamSpec {
  readonly name: string;
  readonly subjects: readonly string[];
  /** The most it may hold on disk. A full stream refuses new messages; it never drops old ones (DiscardNew). */
  readonly maxBytes: number;
}

/** Every stream of the suite. A message leaves when all consumers have acknowledged it, or after a day. */
export const STREAMS = {
  MAIL_RECEIVED: { name: 'MAIL_RECEIVED', subjects: ['mail.received'], maxBytes: 512 * MIB },
  MAIL_READ: { name: 'MAIL_READ', subjects: ['mail.read'], maxBytes: 128 * MIB },
  AUDIT: { name: 'AUDIT', subjects: ['audit.recorded'], maxBytes: 128 * MIB },
  DEAD_LETTERS: { name: 'DEAD_LETTERS', subjects: ['dead_letters.>'], maxBytes: 128 * MIB },
} as const satisfies Record<string, StreamSpec>;

/**
 * Makes the streams, or brings existing ones in line, and does so again whenever the server comes back: its store may
 * have been wiped meanwhile.
 *
 * @throws Error when an existing stream differs in what cannot be changed (storage, retention).
 */
export async function declareStreams(bus: Bus, specs: readonly StreamSpec[] = Object.values(STREAMS)): Promise<void> {
  for (const spec of specs) await ensureStream(bus, spec);
  reportDurability(bus);
  bus.onReconnect(() => {
    for (const spec of specs) {
      ensureStream(bus, spec).catch((error: unknown) => {
        bus.logger.warn({ err: error, stream: spec.name }, 'a stream could not be verified yet; its users will try again');
      });
    }
  });
}

/** The stream as it is wanted; made if it is gone. Gives the time of its making, which tells a new one from an old one. */
export async function ensureStream(bus: Bus, spec: StreamSpec): Promise<{ created: string }> {
  const wanted = toConfig(bus, spec);
  const found = await bus.manager.streams.info(spec.name).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
    throw error;
  });
  if (found === undefined) {
    const { created } = await bus.manager.streams.add(wanted);
    bus.logger.info({ stream: spec.name, maxBytes: spec.maxBytes, replicas: wanted.num_replicas }, 'a stream was made');
    return { created };
  }
  const different = differences(found.config, wanted);
  if (different.length > 0) {
    await bus.manager.streams.update(spec.name, wanted);
    bus.logger.info({ stream: spec.name, different }, 'a stream was brought in line');
  }
  return { created: found.created };
}

/** The spec of a stream that a contract names. */
export function streamOf(contract: { stream: string; subject: string }): StreamSpec {
  const spec = Object.values<StreamSpec>(STREAMS).find(({ name }) => name === contract.stream);
  if (spec === undefined) throw new Error(`No stream is declared under the name ${contract.stream} of ${contract.subject}`);
  return spec;
}

type WantedConfig = Pick<
  StreamConfig,
  | 'name'
  | 'subjects'
  | 'retention'
  | 'storage'
  | 'discard'
  | 'max_bytes'
  | 'max_age'
  | 'duplicate_window'
  | 'num_replicas'
  | 'allow_direct'
>;

function toConfig(bus: Bus, { name, subjects, maxBytes }: StreamSpec): WantedConfig {
  return {
    name,
    subjects: [...subjects],
    // Limits, not a work queue: a work queue forgets acknowledged message ids at a restart (FAULTS-AND-THREATS 1.1).
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: maxBytes,
    max_age: nanos(DAY_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    num_replicas: replicasOf(bus),
    allow_direct: true,
  };
}

/** Three copies wherever the cluster has three servers. */
function replicasOf(bus: Bus): number {
  const { cluster, connect_urls: urls = [] } = bus.connection.info ?? {};
  return cluster !== undefined && urls.length >= 3 ? 3 : 1;
}

function differences(found: StreamConfig, wanted: WantedConfig): string[] {
  return Object.entries(wanted)
    .filter(([field, value]) => JSON.stringify(found[field as keyof WantedConfig]) !== JSON.stringify(value))
    .map(([field]) => field);
}

/** `sync_interval` is the server's own setting (deploy/nats); no client can read it, but its absence can be told. */
function reportDurability(bus: Bus): void {
  const version = bus.connection.info?.version ?? '0.0.0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 10)) {
    bus.logger.debug({ version }, 'the bus server knows sync_interval');
  } else {
    bus.logger.warn(
      { version },
      'this NATS server cannot sync every write (2.10 can): a power cut may take its last two minutes',
    );
  }
}
