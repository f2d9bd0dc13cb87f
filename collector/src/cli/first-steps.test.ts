import { expect, test } from "vitest";
import { firstSteps } from "./first-steps.ts";

test("names the ports that listen, one way for each language, and where data lies", () => {
  const text = firstSteps({ http: 4318, grpc: 4317 }, "/data") ?? "";
  for (const part of [
    "http://localhost:4318 (HTTP) and http://localhost:4317 (gRPC)",
    "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318\n",
    "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n",
    "Node ",
    "Python ",
    "Java ",
    "otlptracehttp.New(ctx)",
    "Data lies in /data.",
  ])
    expect(text).toContain(part);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});

test("goes by what listens", () => {
  const text = firstSteps({ grpc: 9 }, undefined) ?? "";
  expect(text).toContain("OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:9\n");
  expect(text).toContain("OTEL_EXPORTER_OTLP_PROTOCOL=grpc\n");
  expect(text).toContain("otlptracegrpc.New(ctx)");
  expect(text).not.toMatch(/HTTP|Data lies/);
  expect(firstSteps({}, "/data")).toBeUndefined();
});
