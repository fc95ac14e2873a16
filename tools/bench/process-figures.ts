import { readFileSync } from 'node:fs';

/** Linux counts a process's time in these (sysconf _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

/** What a process keeps in memory (proc(5), statm's second field, pages of 4 KiB). */
export function residentKib(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4;
}

/** User and system time (proc(5), stat, fields 14 and 15); the name before them may hold spaces. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
