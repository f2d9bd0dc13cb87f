/** A request of one span with a random trace id, of now: for probes. */
import { randomBytes } from "node:crypto";
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";
import { writeAttribute } from "./shop.ts";

export function singleSpanRequest(): { traceId: string; body: Buffer } {
  const traceId = randomBytes(16);
  const now = BigInt(Date.now()) * 1_000_000n + BigInt(Math.floor(Math.random() * 1e6));
  const writer = new ProtoWriter(512);
  const outer = writer.begin(1);
  const resource = writer.begin(1);
  writeAttribute(writer, 1, "service.name", "probe");
  writer.end(resource);
  const scope = writer.begin(2);
  const span = writer.begin(2);
  writer.bytesField(1, traceId).bytesField(2, randomBytes(8)).stringField(5, "probe").tag(6, VARINT).varint(1);
  for (const [field, at] of [
    [7, now],
    [8, now + 1_000_000n],
  ] as const)
    writer.fixed64Field(field, Number(at & 0xffffffffn), Number(at >> 32n));
  writer.end(span).end(scope).end(outer);
  return { traceId: traceId.toString("hex"), body: Buffer.from(writer.finish()) };
}
