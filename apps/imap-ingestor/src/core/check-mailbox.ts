import type { MailboxAssignment } from '@otterpost/contracts/mailbox-requests';
import type { CheckStep, MailboxCheck } from '@otterpost/contracts/mailboxes';

import { type OpenFolder, SessionEnded } from './folder-session.ts';

/** IDLE is begun, given this long to be refused, and ended. */
const IDLE_TRIAL_MS = 250;

export interface CheckSurroundings {
  readonly open: OpenFolder;
  /** By a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * Connects now, over a connection of its own, and tries what a watch needs, step by step; ends with the first that fails. A junk folder
 * that is not there and an IDLE that is not offered are no failures: the watch does without.
 */
export async function checkMailbox(assignment: MailboxAssignment, surroundings: CheckSurroundings): Promise<MailboxCheck> {
  const { elapsedMs } = surroundings;
  const steps: MailboxCheck['steps'] = [];
  const due = stepsOf(assignment);
  let began = elapsedMs();
  const conclude = (name: CheckStep, ok: boolean): void => {
    const now = elapsedMs();
    steps.push({ name, ok, tookMs: Math.round((now - began) * 10) / 10 });
    due.splice(0, due.indexOf(name) + 1);
    began = now;
  };
  try {
    await takeSteps(assignment, surroundings, (taken) => conclude(taken, true));
    return { ok: true, status: 'waiting_for_emails', statusDetail: null, steps };
  } catch (error) {
    const ended = error instanceof SessionEnded ? error : new SessionEnded('unreachable', 'The mail server ended the session');
    // An access token is refused before there is a connection to show it on.
    conclude(ended.status === 'auth_failed' ? 'login' : (due[0] ?? 'idle'), false);
    return { ok: false, status: ended.status, statusDetail: ended.message, steps };
  }
}

function stepsOf({ security, folders }: MailboxAssignment): CheckStep[] {
  const tls: CheckStep[] = security === 'none' ? [] : ['tls'];
  const junk: CheckStep[] = folders === null ? ['junk'] : [];
  return ['resolve', 'connect', ...tls, 'login', 'inbox', ...junk, 'idle'];
}

async function takeSteps(
  assignment: MailboxAssignment,
  { open, signal }: CheckSurroundings,
  onTaken: (step: CheckStep) => void,
): Promise<void> {
  const { folders, junkFolder } = assignment;
  const session = await open(assignment, folders?.[0] ?? 'INBOX', signal, onTaken);
  try {
    onTaken('inbox');
    const junk = folders === null ? await session.findJunk(junkFolder) : undefined;
    if (junk !== undefined && (await session.lookAt(junk)) !== undefined) onTaken('junk');
    if (!session.hasIdle) return;
    await session.waitForBell(IDLE_TRIAL_MS);
    await session.lookAtUidNext();
    onTaken('idle');
  } finally {
    session.close();
  }
}
