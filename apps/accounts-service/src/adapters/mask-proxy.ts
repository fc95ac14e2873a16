/** A proxy as it is shown: its user, but not its password. */
export function maskProxy(proxy: string): string {
  return proxy.replace(/:[^:@/]*@/, ':***@');
}
