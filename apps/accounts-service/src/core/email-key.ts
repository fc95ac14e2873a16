/** An email as it is compared and ordered: whole and without case. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}
