/**
 * The frozen log workload: records of 120 to 300 bytes from 40 services, mixed levels, trace ids on seven of ten (2.5 of a trace in one service), irregular times, one
 * line that occurs once (NEEDLE) and one that never does (ABSENT). In: size and clock; out: a pool like the spans' one.
 */
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";
import { formatJson } from "../../src/wire/otlp/protobuf-to-json.ts";
import { LOGS_REQUEST } from "../../src/wire/otlp/schema.ts";
import { Random } from "../../test/kit/random.ts";
import { DIGITS, HEX, SPAN_ID, TIME, TRACE_ID, type Form, type Mark } from "./marks.ts";
import { RequestPool, templateOf, type Template } from "./request-pool.ts";
import { encodeResource, SERVICES, writeAttribute } from "./shop.ts";

export const NEEDLE = "ledger drift in vault quartz-7731";
export const ABSENT = "ledger drift in vault basalt-9042";

const LOG_SERVICES = 40;
/** Share of the lines that have a trace id, and how many of them a request writes in one service; half of these in the span of the line before. */
const TRACED = 0.7;
const LINES_A_TRACE = 2.5;
/** Level, severity number, share in percent. */
const LEVELS = [
  ["INFO", 9, 78],
  ["DEBUG", 5, 12],
  ["WARN", 13, 7],
  ["ERROR", 17, 3],
] as const;

/** `#` stands for decimal digits and `~` for hexadecimal ones that are fresh in each line; runs of `~` come in eights. */
const LINES = [
  "request finished method=GET route=/orders/:id status=200 duration_ms=### bytes=#### request=~~~~~~~~~~~~~~~~",
  "cache miss key=product:###### region=eu-central-1, loading from the primary",
  "payment authorised order=######## amount=##.## EUR provider=stripe attempt=# in ### ms",
  "retrying connection to postgres primary at 10.0.3.#:5432, attempt # of 5, backing off ### ms before the next one",
  "user signed in user=##### session=~~~~~~~~~~~~~~~~~~~~~~~~ from 192.168.#.##",
  "consumed message topic=orders.events partition=# offset=######## lag=###",
  "inventory reserved sku=SKU-###### quantity=## warehouse=FRA-#, left ####",
  "email queued template=order-confirmation recipient=user-#####@example.com message=~~~~~~~~~~~~~~~~",
];

export interface LogWorkloadOptions {
  readonly seed: number;
  readonly form: Form;
  /** Lines of one round through the pool. */
  readonly poolLines: number;
  readonly linesPerRequest: number;
  readonly startUnixNano: bigint;
  readonly linesPerSecond: number;
}

export class LogWorkload {
  readonly pool: RequestPool;
  readonly once: readonly { bytes: Buffer; count: number }[];
  readonly #options: LogWorkloadOptions;
  readonly #random: Random;
  /** Of the line before; an instance writes some lines of one request after the other. */
  #trace: Uint8Array;
  #span: Uint8Array;
  #now = 0;

  constructor(options: LogWorkloadOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#trace = this.#random.bytes(16);
    this.#span = this.#random.bytes(8);
    const resources = Array.from({ length: LOG_SERVICES }, (_, i) =>
      encodeResource(this.#random, i < SERVICES.length ? SERVICES[i] : `worker-${i}`, i),
    );
    this.once = [this.#encode(resources[7], [NEEDLE])];
    const requests = Math.max(1, Math.round(options.poolLines / options.linesPerRequest));
    const templates: Template[] = [];
    for (let r = 0; r < requests; r++) {
      const lines = Array.from({ length: options.linesPerRequest }, () => this.#random.pick(LINES));
      templates.push(this.#encode(this.#random.pick(resources), lines));
    }
    this.pool = new RequestPool(templates, Math.ceil(this.#now), options);
  }

  #encode(resource: Uint8Array, lines: readonly string[]): Template {
    const random = this.#random;
    const marks: Mark[] = [];
    const writer = new ProtoWriter(lines.length * 300 + 4096);
    const outer = writer.begin(1);
    writer.raw(resource);
    const scope = writer.begin(2);
    const library = writer.begin(1);
    writer.stringField(1, "app.logger").end(library);
    for (const line of lines) {
      const record = writer.begin(2);
      this.#now += (1e9 / this.#options.linesPerSecond) * -Math.log(1 - random.next());
      this.#writeRecord(writer, line, marks);
      writer.end(record);
    }
    writer.end(scope).end(outer);
    const bytes = Buffer.from(writer.finish());
    const encoded = this.#options.form === "json" ? Buffer.from(formatJson(bytes, LOGS_REQUEST)) : bytes;
    return templateOf(encoded, lines.length, marks, this.#options);
  }

  #writeRecord(writer: ProtoWriter, line: string, marks: Mark[]): void {
    const random = this.#random;
    const { startUnixNano } = this.#options;
    const time = (field: number, nanos: number) => {
      const at = startUnixNano + BigInt(nanos);
      writer.fixed64Field(field, Number(at & 0xffffffffn), Number(at >> 32n));
      marks.push({ kind: TIME, value: nanos });
    };
    const id = (kind: number, field: number, bytes: Uint8Array) => {
      writer.bytesField(field, bytes);
      marks.push({ kind, value: 0, bytes });
    };
    const now = Math.round(this.#now);
    const [level, number] = pickLevel(random);
    time(1, now);
    // Half of the SDKs read the clock once for both times.
    time(11, random.chance(0.5) ? now : now + 2000 + random.below(200_000));
    writer.tag(2, VARINT).varint(number).stringField(3, level);
    const { text, marks: fresh } = fillLine(line, random);
    const body = writer.begin(5);
    writer.stringField(1, text).end(body);
    marks.push(...fresh);
    writeAttribute(writer, 6, "log.logger", `app.${random.pick(["http", "db", "jobs", "auth"])}`);
    if (!random.chance(TRACED)) return;
    const isNew = random.chance(1 / LINES_A_TRACE);
    if (isNew) this.#trace = random.bytes(16);
    writer.fixed32Field(8, 1);
    id(TRACE_ID, 9, this.#trace);
    if (isNew || random.chance(0.5)) this.#span = random.bytes(8);
    id(SPAN_ID, 10, this.#span);
  }
}

function pickLevel(random: Random): readonly [string, number] {
  let at = random.below(100);
  for (const [name, number, share] of LEVELS) if ((at -= share) < 0) return [name, number];
  return ["INFO", 9];
}

/** The line with random digits, and a mark for every run of them. */
function fillLine(line: string, random: Random): { text: string; marks: Mark[] } {
  const parts: { kind: number; start: number; length: number }[] = [];
  const text = line.replace(/~+|#+/g, (run: string, start: number) => {
    const hex = run.startsWith("~");
    parts.push({ kind: hex ? HEX : DIGITS, start, length: run.length });
    return hex ? random.hex(run.length / 2) : Array.from(run, () => random.below(10)).join("");
  });
  return { text, marks: parts.map(({ kind, start, length }) => ({ kind, value: 0, text, part: { start, length } })) };
}
