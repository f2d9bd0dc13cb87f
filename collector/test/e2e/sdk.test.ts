import { SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../kit/collector-process.ts";

describe("the real OpenTelemetry SDK", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  const check = async (name: string, exporter: SpanExporter) => {
    const resource = resourceFromAttributes({ "service.name": name });
    const provider = new TracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    const tracer = provider.getTracer("test", "1.0");
    const root = tracer.startSpan("GET /", {
      attributes: { "http.request.method": "GET", list: ["a", "b"], ratio: 0.5, big: 12 },
    });
    root.addEvent("cache miss", { key: "k" });
    root.recordException(new Error("it broke"));
    root.setStatus({ code: SpanStatusCode.ERROR, message: "broken" });
    root.end();
    await provider.forceFlush();
    await provider.shutdown();
    const response = await fetch(`${collector.web}/api/v1/traces/${root.spanContext().traceId}`);
    expect(response.status, name).toBe(200);
    const trace = (await response.json()) as any;
    const [span] = trace.resourceSpans[0].scopeSpans[0].spans;
    expect(span).toMatchObject({
      name: "GET /",
      status: { code: 2, message: "broken" },
      events: [{ name: "cache miss" }, { name: "exception" }],
    });
    expect(span.attributes).toContainEqual({
      key: "list",
      value: { arrayValue: { values: [{ stringValue: "a" }, { stringValue: "b" }] } },
    });
    const search = (await (await fetch(`${collector.web}/api/v1/traces?service=${name}&errors=true`)).json()) as any;
    expect(search.traces.map(({ traceId }: any) => traceId)).toEqual([root.spanContext().traceId]);
  };

  it("sends protobuf over HTTP", () => check("proto", new ProtoExporter({ url: `${collector.otlp}/v1/traces` })));
  it("sends JSON over HTTP, gzipped", () =>
    check("json", new JsonExporter({ url: `${collector.otlp}/v1/traces`, compression: "gzip" as never })));
  it("sends over gRPC", () =>
    check("grpc", new GrpcExporter({ url: `http://127.0.0.1:${collector.ports.otlp_grpc}` })));
});
