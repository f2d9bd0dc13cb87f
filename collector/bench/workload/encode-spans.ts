/** Planned spans -> an OTLP request in protobuf, and the marks of everything that must be fresh in each copy. About 510 bytes a span. */
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";
import type { Random } from "../../test/kit/random.ts";
import { HEX, SPAN_ID, TIME, TRACE_ID, USER, userText, type Mark } from "./marks.ts";
import { SERVICES, writeAttribute, writeCommonAttribute } from "./shop.ts";
import type { PlannedSpan } from "./trace-plan.ts";

export interface EncodeSpansOptions {
  readonly startUnixNano: bigint;
  /** The second shape: 2 attributes a span that occur nowhere else. */
  readonly uniqueAttributes: boolean;
  readonly random: Random;
}

/** Attributes whose values are fresh each time. */
const MARKED: Readonly<Record<string, number>> = {
  "user.id": USER,
  "messaging.message.id": HEX,
  "request.id": HEX,
  "session.token": HEX,
};

/** All spans are of one resource: one instance of a service. */
export function encodeSpans(
  resource: Uint8Array,
  spans: readonly PlannedSpan[],
  options: EncodeSpansOptions,
): { bytes: Buffer; marks: Mark[] } {
  const marks: Mark[] = [];
  const writer = new ProtoWriter(spans.length * 600 + 4096);
  const outer = writer.begin(1);
  writer.raw(resource);
  const scope = writer.begin(2);
  const library = writer.begin(1);
  writer.stringField(1, "@opentelemetry/instrumentation-http").stringField(2, "0.203.0").end(library);
  for (const span of spans) {
    const start = writer.begin(2);
    writeSpan(writer, span, options, marks);
    writer.end(start);
  }
  writer.end(scope).end(outer);
  const bytes = writer.finish();
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), marks };
}

function writeSpan(writer: ProtoWriter, span: PlannedSpan, options: EncodeSpansOptions, marks: Mark[]): void {
  const { operation, trace } = span;
  const { random } = options;
  const id = (kind: number, field: number, bytes: Uint8Array) => {
    writer.bytesField(field, bytes);
    marks.push({ kind, value: 0, bytes });
  };
  const time = (field: number, nanos: number) => {
    const at = options.startUnixNano + BigInt(nanos);
    writer.fixed64Field(field, Number(at & 0xffffffffn), Number(at >> 32n));
    marks.push({ kind: TIME, value: nanos });
  };
  id(TRACE_ID, 1, trace.id);
  id(SPAN_ID, 2, span.spanId);
  if (span.parentId) id(SPAN_ID, 4, span.parentId);
  writer.stringField(5, operation.name).tag(6, VARINT).varint(operation.kind);
  time(7, span.start);
  time(8, span.end);
  const attributes = attributesOf(span, random);
  if (options.uniqueAttributes) attributes.push(["request.id", random.hex(16)], ["session.token", random.hex(12)]);
  for (const [key, value] of attributes) {
    if (key in MARKED) {
      writeAttribute(writer, 9, key, value);
      marks.push({ kind: MARKED[key], value: trace.user, text: String(value) });
    } else writeCommonAttribute(writer, 9, key, value);
  }
  if (span.error) {
    const event = writer.begin(11);
    time(1, span.end);
    writer.stringField(2, "exception");
    writeCommonAttribute(writer, 3, "exception.type", "TimeoutError");
    writeCommonAttribute(writer, 3, "exception.message", `upstream did not answer within ${random.below(5) + 1}000 ms`);
    writeCommonAttribute(writer, 3, "exception.stacktrace", STACK);
    writer.end(event);
    const status = writer.begin(15);
    writer.stringField(2, "upstream timed out").tag(3, VARINT).varint(2).end(status);
  }
  writer.fixed32Field(16, 257);
}

const STACK = `TimeoutError: upstream did not answer\n${Array.from({ length: 8 }, (_, i) => `    at handler${i} (/app/src/module-${i}/handler.js:${40 + i}:17)`).join("\n")}`;

const AGENTS = Array.from(
  { length: 12 },
  (_, i) => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${120 + i}.0.0.0 Safari/537.36`,
);

/** Twelve. */
function attributesOf({ operation, trace, error }: PlannedSpan, random: Random): [string, string | number][] {
  const service = SERVICES[operation.service];
  const common: [string, string | number][] = [
    ["user.id", userText(trace.user)],
    ["thread.id", random.below(16)],
    ["app.region", "eu-central-1"],
  ];
  const [verb, object] = operation.name.split(" ");
  switch (operation.shape) {
    case "db":
      return [
        ["db.system.name", "postgresql"],
        ["db.namespace", service],
        ["db.operation.name", verb],
        ["db.collection.name", object],
        ["db.query.text", `SELECT id, name, price, updated_at FROM ${object} WHERE id = $1 AND tenant = $2`],
        ["server.address", `${service}-db.shop.internal`],
        ["server.port", 5432],
        ["network.peer.address", `10.0.${operation.service}.17`],
        ["db.response.returned_rows", random.below(100)],
        ...common,
      ];
    case "messaging":
      return [
        ["messaging.system", "kafka"],
        ["messaging.destination.name", `${service}.events`],
        ["messaging.operation.type", "publish"],
        ["messaging.operation.name", "send"],
        ["messaging.message.body.size", 200 + random.below(2000)],
        ["messaging.message.id", random.hex(8)],
        ["messaging.destination.partition.id", String(random.below(12))],
        ["server.address", "kafka.shop.internal"],
        ["server.port", 9092],
        ...common,
      ];
    case "internal":
      return [
        ["code.function.name", operation.name],
        ["code.file.path", `/app/src/${service}/${operation.route}.js`],
        ["code.line.number", 20 + random.below(5)],
        ["app.cache.hit", String(random.chance(0.8))],
        ["app.items", random.below(30)],
        ["app.feature_flag", `flag-${random.below(8)}`],
        ["app.tenant", `tenant-${random.below(200)}`],
        ["app.version", "1.8.2"],
        ["app.step", operation.route],
        ...common,
      ];
    default:
      return [
        ["http.request.method", verb],
        ["http.route", operation.route],
        ["url.path", operation.route.replace(":id", String(random.below(20_000)))],
        ["url.scheme", "http"],
        ["http.response.status_code", error ? 504 : random.pick([200, 200, 200, 201, 404])],
        ["server.address", `${service}.shop.svc.cluster.local`],
        ["server.port", 8080],
        ["network.protocol.version", "1.1"],
        ["user_agent.original", AGENTS[random.below(AGENTS.length)]],
        ...common,
      ];
  }
}
