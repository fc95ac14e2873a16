const [EQUALS, CR, LF, SPACE, TAB] = [0x3d, 0x0d, 0x0a, 0x20, 0x09];

/**
 * RFC 2045 section 6.7, forgiving: an `=` that begins nothing stands for itself. In one pass, whatever it holds; the libraries at hand take time
 * that grows with the square of a run of blanks.
 */
export function decodeQuotedPrintable(content: Uint8Array): Buffer {
  const decoded = Buffer.allocUnsafe(content.length);
  let to = 0;
  /** Where the last octet was put that is no blank: those at the end of a line were added on the way. */
  let solid = 0;
  for (let from = 0; from < content.length; from++) {
    const octet = content[from] as number;
    if (octet === EQUALS) {
      const softBreak = lengthOfLineEnd(content, from + 1);
      const value = softBreak === undefined ? hexAt(content, from + 1) : undefined;
      if (softBreak !== undefined) from += softBreak;
      else decoded[to++] = value ?? EQUALS;
      if (value !== undefined) from += 2;
      solid = to;
    } else {
      if (octet === LF || (octet === CR && content[from + 1] === LF)) to = solid;
      decoded[to++] = octet;
      if (octet !== SPACE && octet !== TAB) solid = to;
    }
  }
  return decoded.subarray(0, solid);
}

/** How many octets of blanks and a line end stand here; the end of all is one too. */
function lengthOfLineEnd(content: Uint8Array, from: number): number | undefined {
  let at = from;
  while (content[at] === SPACE || content[at] === TAB) at++;
  if (at >= content.length) return at - from;
  if (content[at] === CR) at++;
  return content[at] === LF ? at + 1 - from : undefined;
}

function hexAt(content: Uint8Array, at: number): number | undefined {
  const [high, low] = [digit(content[at]), digit(content[at + 1])];
  return high === undefined || low === undefined ? undefined : high * 16 + low;
}

function digit(octet = 0): number | undefined {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}
