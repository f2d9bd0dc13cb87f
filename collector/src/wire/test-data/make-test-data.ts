/**
 * A small trace with its logs and metrics, to try the way in: what `goldspan send-test` and the UI's button send. In: the time and a source
 * of random bytes; out: three requests in OTLP JSON's shape, linked by one trace id. Knows no socket.
 */
import { formatHex } from "../../base/hex.ts";
import { FRONTEND, LINES, STEPS, type Attribute, type Step } from "./steps.ts";

export interface TestData {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** In the order in which the request comes to them. */
  readonly services: readonly string[];
  /** `service.instance.id` of all that is sent, the label `instance` of its metrics. */
  readonly instance: string;
  readonly spans: number;
  readonly logs: number;
  /** Of data points. */
  readonly points: number;
  /** ExportTraceServiceRequest and the like. */
  readonly requests: { readonly traces: object; readonly logs: object; readonly metrics: object };
}

const LENGTH_MILLIS = 312;
const KINDS = { server: 2, client: 3 } as const;
const SEVERITIES = { INFO: 9, WARN: 13, ERROR: 17 } as const;
const STATUS_ERROR = 2;
const CUMULATIVE = 2;
const BOUNDS_SECONDS = [0.05, 0.1, 0.25, 0.5];
const SCOPE = { name: "goldspan-test" };

/** @param nowMillis when the trace ends, in milliseconds since 1970 */
export function makeTestData(nowMillis: number, randomBytes: (length: number) => Uint8Array): TestData {
  const traceId = formatHex(randomBytes(16));
  const instance = formatHex(randomBytes(4));
  const begin = nowMillis - LENGTH_MILLIS;
  const spanIds = new Map(STEPS.map(({ key }) => [key, formatHex(randomBytes(8))]));
  const services = [...new Set(STEPS.map(({ service }) => service))];
  const resourceOf = (service: string) => ({
    attributes: attributesOf({
      "service.name": service,
      "service.instance.id": instance,
      "service.version": "1.0.0",
      "deployment.environment.name": "test",
    }),
  });

  const spanOf = ({ key, parent, name, kind, at, error, exception, attributes }: Step) => ({
    traceId,
    spanId: spanIds.get(key),
    ...(parent === undefined ? {} : { parentSpanId: spanIds.get(parent) }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanos(begin + at[0]),
    endTimeUnixNano: nanos(begin + at[1]),
    attributes: attributesOf(attributes),
    ...(exception && {
      events: [{ name: "exception", timeUnixNano: nanos(begin + at[1] - 1), attributes: attributesOf(exception) }],
    }),
    ...(error !== undefined && { status: { code: STATUS_ERROR, message: error } }),
  });
  const serviceOf = (step: string) => STEPS.find(({ key }) => key === step)?.service;
  const logsOf = (service: string) =>
    LINES.filter(({ step }) => serviceOf(step) === service).map(({ step, at, level, body, attributes = {} }) => ({
      traceId,
      spanId: spanIds.get(step),
      timeUnixNano: nanos(begin + at),
      observedTimeUnixNano: nanos(begin + at),
      severityNumber: SEVERITIES[level],
      severityText: level,
      body: { stringValue: body },
      attributes: attributesOf(attributes),
    }));
  const metricsOf = (service: string) => [
    requestDurations(
      STEPS.filter((step) => step.service === service && step.kind === "server"),
      begin,
      nowMillis,
    ),
    ...(service === FRONTEND ? [orders(begin, nowMillis)] : []),
  ];

  const metrics = services.map((service) => ({
    resource: resourceOf(service),
    scopeMetrics: [{ scope: SCOPE, metrics: metricsOf(service) }],
  }));
  return {
    traceId,
    services,
    instance,
    spans: STEPS.length,
    logs: LINES.length,
    points: services.reduce((sum, service) => sum + metricsOf(service).length, 0),
    requests: {
      traces: {
        resourceSpans: services.map((service) => ({
          resource: resourceOf(service),
          scopeSpans: [{ scope: SCOPE, spans: STEPS.filter((step) => step.service === service).map(spanOf) }],
        })),
      },
      logs: {
        resourceLogs: services
          .map((service) => ({
            resource: resourceOf(service),
            scopeLogs: [{ scope: SCOPE, logRecords: logsOf(service) }],
          }))
          .filter(({ scopeLogs }) => scopeLogs[0].logRecords.length > 0),
      },
      metrics: { resourceMetrics: metrics },
    },
  };
}

/** The requests that a service answered, as its histogram. */
function requestDurations(steps: readonly Step[], begin: number, now: number): object {
  const seconds = steps.map(({ at }) => (at[1] - at[0]) / 1000);
  const bucketCounts = [...BOUNDS_SECONDS, Infinity].map((bound, index) => {
    const below = BOUNDS_SECONDS[index - 1] ?? -Infinity;
    return String(seconds.filter((each) => each > below && each <= bound).length);
  });
  return {
    name: "http.server.request.duration",
    description: "Duration of HTTP server requests.",
    unit: "s",
    histogram: {
      aggregationTemporality: CUMULATIVE,
      dataPoints: [
        {
          startTimeUnixNano: nanos(begin),
          timeUnixNano: nanos(now),
          count: String(seconds.length),
          sum: seconds.reduce((sum, each) => sum + each, 0),
          bucketCounts,
          explicitBounds: BOUNDS_SECONDS,
          attributes: attributesOf({ "http.request.method": "POST" }),
        },
      ],
    },
  };
}

function orders(begin: number, now: number): object {
  return {
    name: "shop.orders",
    description: "Orders placed.",
    unit: "{order}",
    sum: {
      aggregationTemporality: CUMULATIVE,
      isMonotonic: true,
      dataPoints: [{ startTimeUnixNano: nanos(begin), timeUnixNano: nanos(now), asInt: "1" }],
    },
  };
}

function attributesOf(attributes: Readonly<Record<string, Attribute>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === "string"
        ? { stringValue: value }
        : typeof value === "boolean"
          ? { boolValue: value }
          : { intValue: String(value) },
  }));
}

function nanos(millis: number): string {
  return String(BigInt(Math.round(millis)) * 1_000_000n);
}
