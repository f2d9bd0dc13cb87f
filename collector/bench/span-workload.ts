/**
 * The frozen span workload (15 services, 60 operations, 12 attributes and about 510 bytes a span, traces of 8 to 60 spans with a
 * heavy tail, 1.5 % errors with an exception event, 512 spans a request, log-normal durations), as OTLP requests encoded in advance.
 * `render` makes fresh ones from the pool by patching ids and times, so that the generator outruns the server.
 */
import { ProtoWriter, VARINT } from "../src/base/protobuf.ts";
import { Random } from "../test/kit/random.ts";

export interface WorkloadOptions {
  seed?: number;
  /** Requests in the pool. */
  requests?: number;
  spansPerRequest?: number;
  /** The second shape adds 2 attributes to each span that occur nowhere else. */
  uniqueAttributes?: boolean;
  /** Start of the first trace. */
  startUnixNano?: bigint;
  /** How fast the workload's own clock runs: it decides how far spans of one request lie apart. */
  spansPerSecond?: number;
}

interface Template {
  readonly bytes: Uint8Array;
  /** Per span five offsets: trace id, span id, parent id (0 = none), start, end. */
  readonly patches: Uint32Array;
}

interface Operation {
  readonly service: number;
  readonly kind: number;
  readonly name: string;
  readonly route: string;
  readonly medianMicros: number;
  readonly shape: "http_server" | "http_client" | "db" | "internal" | "messaging";
}

const SERVICES = [
  "frontend",
  "gateway",
  "checkout",
  "cart",
  "catalog",
  "currency",
  "payment",
  "shipping",
  "email",
  "recommendation",
  "ads",
  "inventory",
  "fraud",
  "users",
  "search",
];
const PATCHES = 5;

export class SpanWorkload {
  readonly spansPerRequest: number;
  /** Requests with the giant traces (1,000, 10,000 and 100,000 spans); to be sent once. */
  readonly giants: readonly Uint8Array[];
  readonly pool: readonly Template[];
  readonly #random: Random;
  readonly #options: Required<WorkloadOptions>;
  readonly #operations: Operation[];
  readonly #resources: Uint8Array[];
  /** Nanoseconds that the pool's traces cover: round r is shifted by r times this. */
  readonly #poolNanos: bigint;
  #now: number;
  #buffers: PendingSpan[][] = [];
  #templates: Template[] = [];

  constructor(options: WorkloadOptions = {}) {
    this.#options = {
      seed: 1,
      requests: 200,
      spansPerRequest: 512,
      uniqueAttributes: false,
      spansPerSecond: 5e4,
      startUnixNano: BigInt(Date.now() - 6e4) * 1000000n,
      ...options,
    };
    this.spansPerRequest = this.#options.spansPerRequest;
    this.#random = new Random(this.#options.seed);
    this.#operations = makeOperations(this.#random);
    this.#resources = SERVICES.flatMap((service) =>
      [0, 1].map((instance) => encodeResource(this.#random, service, instance)),
    );
    this.#now = 0;
    this.giants = this.#encodeGiants();
    this.#now = 0;
    this.#buffers = [];
    while (this.#templates.length < this.#options.requests) this.#addTrace(this.#traceSize());
    this.pool = this.#templates;
    this.#poolNanos = BigInt(Math.ceil(this.#now));
  }

  /** The n-th request of an endless stream; the same n gives the same bytes. Cost: about 20 µs for 512 spans. */
  render(n: number): Buffer {
    const round = Math.floor(n / this.pool.length);
    const template = this.pool[n % this.pool.length];
    const bytes = Buffer.from(template.bytes);
    if (round === 0) return bytes;
    const key = new Random(round * 7919);
    const mask = Uint32Array.from({ length: 4 }, () => key.below(2 ** 32));
    const shift = BigInt(round) * this.#poolNanos;
    const shiftLow = Number(shift & 0xffffffffn);
    const shiftHigh = Number(shift >> 32n);
    const { patches } = template;
    const xor = (at: number, word: number) => void bytes.writeUInt32LE((bytes.readUInt32LE(at) ^ word) >>> 0, at);
    for (let p = 0; p < patches.length; p += PATCHES) {
      for (let w = 0; w < 4; w++) xor(patches[p] + w * 4, mask[w]);
      for (const id of [patches[p + 1], patches[p + 2]]) {
        if (id === 0) continue;
        xor(id, mask[1]);
        xor(id + 4, mask[2]);
      }
      for (const at of [patches[p + 3], patches[p + 4]]) {
        const low = bytes.readUInt32LE(at) + shiftLow;
        bytes.writeUInt32LE(low >>> 0, at);
        bytes.writeUInt32LE((bytes.readUInt32LE(at + 4) + shiftHigh + (low > 0xffffffff ? 1 : 0)) >>> 0, at + 4);
      }
    }
    return bytes;
  }

  /** Trace id of the first span of the n-th request, as hex. */
  traceIdOf(n: number): string {
    const at = this.pool[n % this.pool.length].patches[0];
    return this.render(n).toString("hex", at, at + 16);
  }

  #encodeGiants(): Uint8Array[] {
    for (const size of [1000, 10_000, 100_000]) this.#addTrace(size);
    this.#buffers.forEach((buffer, instance) => buffer.length > 0 && this.#flush(instance));
    const giants = this.#templates.map(({ bytes }) => bytes);
    this.#templates = [];
    return giants;
  }

  /** 8 to 60, small ones more often. */
  #traceSize(): number {
    return 8 + Math.floor(52 * this.#random.next() ** 2 + 8 * this.#random.next());
  }

  #addTrace(size: number): void {
    const random = this.#random;
    this.#now += (size / this.#options.spansPerSecond) * 1e9 * -Math.log(1 - random.next());
    const traceId = random.bytes(16);
    const userId = `user-${random.below(50_000)}`;
    const failing = random.chance(0.1);
    const spans: { id: Uint8Array; service: number; instance: number; start: number; end: number }[] = [];
    for (let i = 0; i < size; i++) {
      const parent = i === 0 ? undefined : spans[Math.max(0, i - 1 - random.below(Math.min(i, 6)))];
      const operation = this.#pickOperation(parent?.service);
      const instance =
        operation.service * 2 + (parent?.service === operation.service ? parent.instance & 1 : random.below(2));
      const duration = operation.medianMicros * 1000 * Math.exp(gaussian(random) * 0.9);
      const start = parent
        ? parent.start + random.next() * Math.max(1000, (parent.end - parent.start) * 0.8)
        : this.#now;
      const span = {
        id: random.bytes(8),
        service: operation.service,
        instance,
        start: Math.round(start),
        end: Math.round(start + duration),
      };
      spans.push(span);
      const error = failing ? random.chance(0.15) : random.chance(0.002);
      const pending = {
        traceId,
        spanId: span.id,
        parentId: parent?.id,
        operation,
        start: span.start,
        end: span.end,
        userId,
        error,
      };
      const buffer = (this.#buffers[instance] ??= []);
      buffer.push(pending);
      if (buffer.length >= this.spansPerRequest) this.#flush(instance);
    }
  }

  #pickOperation(parentService: number | undefined): Operation {
    const random = this.#random;
    if (parentService === undefined) return random.pick(this.#operations.slice(0, 4));
    // Half of the children stay in their parent's service, the others go to one of a few it always calls.
    const service = random.chance(0.5) ? parentService : (parentService * 3 + 1 + random.below(3)) % SERVICES.length;
    return this.#operations[service * 4 + random.below(4)];
  }

  #flush(instance: number): void {
    const spans = this.#buffers[instance];
    this.#buffers[instance] = [];
    this.#templates.push(this.#encode(this.#resources[instance], spans));
  }

  #encode(resource: Uint8Array, spans: readonly PendingSpan[]): Template {
    const base = this.#options.startUnixNano;
    const writer = new ProtoWriter(300_000);
    const outer = writer.begin(1);
    writer.raw(resource);
    const scope = writer.begin(2);
    const library = writer.begin(1);
    writer.stringField(1, "@opentelemetry/instrumentation-http").stringField(2, "0.203.0").end(library);
    const patches = new Uint32Array(spans.length * PATCHES);
    spans.forEach((span, i) => {
      const start = writer.begin(2);
      writeSpan(writer, span, base, this.#random, this.#options.uniqueAttributes);
      writer.end(start);
      patches[i * PATCHES] = i;
    });
    writer.end(scope).end(outer);
    const bytes = writer.finish();
    locate(bytes, spans, patches);
    return { bytes, patches };
  }
}

interface PendingSpan {
  traceId: Uint8Array;
  spanId: Uint8Array;
  parentId: Uint8Array | undefined;
  operation: Operation;
  start: number;
  end: number;
  userId: string;
  error: boolean;
}

function writeSpan(writer: ProtoWriter, span: PendingSpan, base: bigint, random: Random, unique: boolean): void {
  const { operation } = span;
  writer.bytesField(1, span.traceId).bytesField(2, span.spanId);
  if (span.parentId) writer.bytesField(4, span.parentId);
  writer.stringField(5, operation.name).tag(6, VARINT).varint(operation.kind);
  for (const [field, nanos] of [
    [7, span.start],
    [8, span.end],
  ]) {
    const at = base + BigInt(nanos);
    writer.fixed64Field(field, Number(at & 0xffffffffn), Number(at >> 32n));
  }
  for (const [key, value] of attributesOf(span, random)) writeAttribute(writer, 9, key, value);
  if (unique) {
    writeAttribute(writer, 9, "request.id", random.hex(16));
    writeAttribute(writer, 9, "session.token", random.hex(12));
  }
  if (span.error) {
    const event = writer.begin(11);
    const at = base + BigInt(span.end);
    writer.fixed64Field(1, Number(at & 0xffffffffn), Number(at >> 32n)).stringField(2, "exception");
    writeAttribute(writer, 3, "exception.type", "TimeoutError");
    writeAttribute(writer, 3, "exception.message", `upstream did not answer within ${random.below(5) + 1}000 ms`);
    writeAttribute(writer, 3, "exception.stacktrace", STACK);
    writer.end(event);
    const status = writer.begin(15);
    writer.stringField(2, "upstream timed out").tag(3, VARINT).varint(2).end(status);
  }
  writer.fixed32Field(16, 257);
}

const STACK = `TimeoutError: upstream did not answer\n${Array.from({ length: 8 }, (_, i) => `    at handler${i} (/app/src/module-${i}/handler.js:${40 + i}:17)`).join("\n")}`;

function attributesOf({ operation, userId, error }: PendingSpan, random: Random): [string, string | number][] {
  const service = SERVICES[operation.service];
  const common: [string, string | number][] = [
    ["user.id", userId],
    ["thread.id", random.below(16)],
    ["app.region", "eu-central-1"],
  ];
  switch (operation.shape) {
    case "db":
      return [
        ["db.system.name", "postgresql"],
        ["db.namespace", service],
        ["db.operation.name", operation.name.split(" ")[0]],
        ["db.collection.name", operation.name.split(" ")[1]],
        [
          "db.query.text",
          `SELECT id, name, price, updated_at FROM ${operation.name.split(" ")[1]} WHERE id = $1 AND tenant = $2`,
        ],
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
        ["messaging.kafka.offset", random.below(1_000_000)],
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
        ["http.request.method", operation.name.split(" ")[0]],
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

const AGENTS = Array.from(
  { length: 12 },
  (_, i) => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/${120 + i}.0.0.0 Safari/537.36`,
);

function writeAttribute(writer: ProtoWriter, field: number, key: string, value: string | number): void {
  const attribute = writer.begin(field);
  writer.stringField(1, key);
  const any = writer.begin(2);
  if (typeof value === "number") writer.tag(3, VARINT).varint(value);
  else writer.stringField(1, value);
  writer.end(any).end(attribute);
}

function makeOperations(random: Random): Operation[] {
  const shapes = ["http_server", "http_client", "db", "internal"] as const;
  return SERVICES.flatMap((name, service) =>
    shapes.map((base, i): Operation => {
      const shape = base === "internal" && service % 4 === 3 ? "messaging" : base;
      const medianMicros =
        { http_server: 12_000, http_client: 8000, db: 1500, internal: 400, messaging: 900 }[shape] *
        (0.5 + random.next());
      const names = {
        http_server: `GET /${name}/:id`,
        http_client: "POST",
        db: `SELECT ${name}_items`,
        internal: `${name}.compute`,
        messaging: `send ${name}.events`,
      };
      const kind = { http_server: 2, http_client: 3, db: 3, internal: 1, messaging: 4 }[shape];
      return {
        service,
        kind,
        name: names[shape],
        route: i === 1 ? `/api/${name}/:id/lines` : `/${name}/:id`,
        medianMicros,
        shape,
      };
    }),
  );
}

function encodeResource(random: Random, service: string, instance: number): Uint8Array {
  const attributes: [string, string | number][] = [
    ["service.name", service],
    ["service.version", "1.8.2"],
    ["service.namespace", "shop"],
    ["service.instance.id", random.hex(16)],
    ["deployment.environment.name", "production"],
    ["telemetry.sdk.name", "opentelemetry"],
    ["telemetry.sdk.language", "nodejs"],
    ["telemetry.sdk.version", "2.0.1"],
    ["host.name", `ip-10-0-${instance}-17`],
    ["host.arch", "amd64"],
    ["process.pid", 1],
    ["process.runtime.name", "nodejs"],
    ["process.runtime.version", "24.11.0"],
    ["process.command", "/app/src/main.js"],
    ["k8s.namespace.name", "shop"],
    ["k8s.pod.name", `${service}-6d4b75cb6d-${instance}`],
    ["k8s.node.name", `node-${instance}`],
    ["container.id", random.hex(32)],
  ];
  const writer = new ProtoWriter(2048);
  const resource = writer.begin(1);
  for (const [key, value] of attributes) writeAttribute(writer, 1, key, value);
  return writer.end(resource).finish();
}

/** Finds each span's patch offsets in the finished bytes: spans come in order, so each id is found behind the last. */
function locate(bytes: Uint8Array, spans: readonly PendingSpan[], patches: Uint32Array): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  spans.forEach((span, i) => {
    const traceId = buffer.indexOf(span.traceId, at);
    const spanId = buffer.indexOf(span.spanId, traceId + 16);
    const parentId = span.parentId ? buffer.indexOf(span.parentId, spanId + 8) : 0;
    const name = (parentId || spanId) + 8 + 2 + Buffer.byteLength(span.operation.name);
    // Behind the name: kind (2 bytes), then tag and start, tag and end.
    patches.set([traceId, spanId, parentId, name + 3, name + 12], i * PATCHES);
    at = name + 20;
  });
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
