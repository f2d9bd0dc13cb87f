/** Pushes to Loki as a sender writes them, in protobuf, by the wire format alone. */
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";

export interface LokiStream {
  /** Labels, or the text that stands for them. */
  readonly stream: Readonly<Record<string, string>> | string;
  readonly values: readonly (readonly [
    time: string,
    line: string | Uint8Array,
    metadata?: Readonly<Record<string, string>>,
  ])[];
}

/** logproto.PushRequest, not compressed. */
export function encodePush(streams: readonly LokiStream[]): Uint8Array {
  const writer = new ProtoWriter();
  for (const { stream, values } of streams) {
    const start = writer.begin(1);
    writer.stringField(1, typeof stream === "string" ? stream : formatLabels(stream));
    for (const [time, line, metadata = {}] of values) {
      const entry = writer.begin(2);
      const stamp = writer.begin(1);
      const nanos = BigInt(time);
      writer.tag(1, VARINT).varint64(nanos / 1_000_000_000n);
      writer.tag(2, VARINT).varint64(nanos % 1_000_000_000n);
      writer.end(stamp);
      writer.bytesField(2, typeof line === "string" ? Buffer.from(line) : line);
      for (const [name, value] of Object.entries(metadata)) {
        const pair = writer.begin(3);
        writer.stringField(1, name).stringField(2, value).end(pair);
      }
      writer.end(entry);
    }
    writer.tag(3, VARINT).varint(7).end(start);
  }
  return writer.finish();
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ")}}`;
}
