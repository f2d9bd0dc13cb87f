/** Remote write 1.0 requests, written field by field so that no code under test makes them. https://prometheus.io/docs/specs/prw/remote_write_spec/ */

export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { readonly value: number; readonly timestampMillis: number }[];
}

export const REMOTE_WRITE_HEADERS = {
  "content-type": "application/x-protobuf",
  "content-encoding": "snappy",
  "x-prometheus-remote-write-version": "0.1.0",
};

/** A snappy-compressed prometheus.WriteRequest. */
export function encodeRemoteWrite(series: readonly WrittenSeries[]): Uint8Array {
  const parts: Buffer[] = [];
  for (const { labels, samples } of series) {
    const fields: Buffer[] = [];
    for (const name of Object.keys(labels).sort())
      fields.push(
        bytesField(1, Buffer.concat([bytesField(1, Buffer.from(name)), bytesField(2, Buffer.from(labels[name]))])),
      );
    for (const { value, timestampMillis } of samples) {
      const number = Buffer.alloc(9);
      number[0] = (1 << 3) | 1;
      number.writeDoubleLE(value, 1);
      fields.push(bytesField(2, Buffer.concat([number, Buffer.from([2 << 3]), varint(timestampMillis)])));
    }
    parts.push(bytesField(1, Buffer.concat(fields)));
  }
  return snappyLiteral(Buffer.concat(parts));
}

function bytesField(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** A snappy block of literals only. */
function snappyLiteral(plain: Buffer): Uint8Array {
  const parts: Buffer[] = [varint(plain.length)];
  for (let at = 0; at < plain.length; at += 65_536) {
    const piece = plain.subarray(at, at + 65_536);
    const tag = Buffer.from([61 << 2, 0, 0]);
    tag.writeUInt16LE(piece.length - 1, 1);
    parts.push(tag, piece);
  }
  return Buffer.concat(parts);
}
