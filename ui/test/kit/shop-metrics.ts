/** What some of the shop's processes tell of themselves: a connection pool that is nearly full, memory. Out: an OTLP/JSON metrics request. */
import type { WireResource } from "goldspan/contract";
import { toKeyValues, type PlainAttributes } from "./otlp-values.ts";
import { toNanoText } from "./trace-generator.ts";

interface Gauge {
  readonly service: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly attributes?: PlainAttributes;
}

const POOL = { "db.client.connection.pool.name": "stock" };

const GAUGES: readonly Gauge[] = [
  {
    service: "inventory",
    name: "db.client.connection.count",
    unit: "{connection}",
    value: 47,
    attributes: { ...POOL, "db.client.connection.state": "used" },
  },
  { service: "inventory", name: "db.client.connection.max", unit: "{connection}", value: 50, attributes: POOL },
  { service: "payments", name: "process.memory.usage", unit: "By", value: 212e6 },
  { service: "cart", name: "process.memory.usage", unit: "By", value: 96e6 },
];

/** As of `now`, milliseconds since 1970. */
export function toOtlpMetrics(now: number): { readonly resourceMetrics: readonly object[] } {
  return {
    resourceMetrics: GAUGES.map(({ service, name, unit, value, attributes = {} }) => {
      const point = { timeUnixNano: toNanoText(now), asDouble: value, attributes: toKeyValues(attributes) };
      const scope = { name: "shop.process" };
      return {
        resource: resourceOf(service),
        scopeMetrics: [{ scope, metrics: [{ name, unit, gauge: { dataPoints: [point] } }] }],
      };
    }),
  };
}

function resourceOf(service: string): WireResource {
  return { attributes: toKeyValues({ "service.name": service, "service.instance.id": `${service}-6c8d9f7b50-8fk2p` }) };
}
