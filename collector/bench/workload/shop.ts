/** The services, operations and resources of the frozen workload: names and proportions only. */
import { ProtoWriter, VARINT } from "../../src/base/protobuf.ts";
import type { Random } from "../../test/kit/random.ts";

export interface Operation {
  readonly service: number;
  readonly kind: number;
  readonly name: string;
  readonly route: string;
  readonly medianMicros: number;
  readonly shape: "http_server" | "http_client" | "db" | "internal" | "messaging";
}

export const SERVICES = [
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

const MEDIAN_MICROS = { http_server: 12_000, http_client: 8000, db: 1500, internal: 400, messaging: 900 };
const KINDS = { http_server: 2, http_client: 3, db: 3, internal: 1, messaging: 4 };

/** Four a service: 60. */
export function makeOperations(random: Random): Operation[] {
  const shapes = ["http_server", "http_client", "db", "internal"] as const;
  return SERVICES.flatMap((name, service) =>
    shapes.map((base, i): Operation => {
      const shape = base === "internal" && service % 4 === 3 ? "messaging" : base;
      const names = {
        http_server: `GET /${name}/:id`,
        http_client: "POST",
        db: `SELECT ${name}_items`,
        internal: `${name}.compute`,
        messaging: `send ${name}.events`,
      };
      return {
        service,
        kind: KINDS[shape],
        name: names[shape],
        route: i === 1 ? `/api/${name}/:id/lines` : `/${name}/:id`,
        medianMicros: MEDIAN_MICROS[shape] * (0.5 + random.next()),
        shape,
      };
    }),
  );
}

/** Names that queries may ask for: service and operation. */
export function operationNames(): [service: string, operation: string][] {
  return SERVICES.flatMap((service, i): [string, string][] => [
    [service, `GET /${service}/:id`],
    [service, "POST"],
    [service, `SELECT ${service}_items`],
    [service, i % 4 === 3 ? `send ${service}.events` : `${service}.compute`],
  ]);
}

/** Attributes repeat: encoding each text once makes building a pool three times as fast. */
const encoded = new Map<string, Uint8Array>();
const MOST_ENCODED = 50_000;

export function writeCommonAttribute(writer: ProtoWriter, field: number, key: string, value: string | number): void {
  const id = `${field} ${typeof value} ${key} ${value}`;
  let bytes = encoded.get(id);
  if (!bytes) {
    const own = new ProtoWriter(256);
    writeAttribute(own, field, key, value);
    bytes = own.finish();
    if (encoded.size < MOST_ENCODED) encoded.set(id, bytes);
  }
  writer.raw(bytes);
}

export function writeAttribute(writer: ProtoWriter, field: number, key: string, value: string | number): void {
  const attribute = writer.begin(field);
  writer.stringField(1, key);
  const any = writer.begin(2);
  if (typeof value === "number") writer.tag(3, VARINT).varint(value);
  else writer.stringField(1, value);
  writer.end(any).end(attribute);
}

/** 18 attributes; the whole field 1 of ResourceSpans or ResourceLogs. */
export function encodeResource(random: Random, service: string, instance: number): Uint8Array {
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
