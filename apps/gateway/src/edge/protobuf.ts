/** A field of a protobuf message by its number: a text, a message that is encoded already, or a non-negative integer. */
export type Field = readonly [number: number, value: string | Uint8Array | number];

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * The bytes of a protobuf message (protobuf.dev, "Encoding"). Enough for google.rpc.Status, which grpc-js takes as bytes and has
 * no encoder for.
 */
export function encodeMessage(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint((number << 3) | VARINT), varint(value)]);
      const bytes = Buffer.from(value);
      return Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
