/** What workers say and are told at their own door holds their key and their code (CONTRACT, NATS). */
const WORKERS_DOOR = /<<- \[H?PUB otterpost\.v1\./;
/** A piece of a file goes on as it begins; to write all of it down would take longer than to send it. */
const TRACED_BYTES = 64 * 1024;
const CLIENT = /- cid:\d+ - /;

/** Settings by which a nats-server writes every message down, and stays unchanged in all else: a subscriber would answer for services that are gone. */
export function traceTo(file: string): string[] {
  return ['trace: true', `max_traced_msg_len: ${TRACED_BYTES}`, `log_file: ${JSON.stringify(file)}`];
}

/** Whether what stands there in a trace was published at the workers' door: a payload follows the line of its client that names the subject. */
export function isAtWorkersDoor(trace: Buffer, at: number): boolean {
  const payloadStart = trace.lastIndexOf('\n', at) + 1;
  const client = CLIENT.exec(trace.toString('latin1', payloadStart, payloadStart + 200))?.[0];
  if (client === undefined) return false;
  const before = trace.lastIndexOf(client, payloadStart - 1);
  return before !== -1 && WORKERS_DOOR.test(trace.toString('latin1', before, trace.indexOf('\n', before)));
}
