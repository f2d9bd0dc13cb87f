import { describe, expect, it } from "vitest";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { gaugesRequest } from "../../../test/kit/simple-metrics.ts";
import { logsRequest, traceIdOf, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { logsOf, metricsOf, spansOf } from "../../../test/kit/stores.ts";
import { RetryableError } from "../../component/errors.ts";
import { MemoryStore } from "../../store/memory/memory-store.ts";
import { StoreUnavailableError } from "../../store/store.ts";
import { config } from "./config.ts";
import { GoldspanExporter } from "./goldspan-exporter.ts";

async function start(store: MemoryStore | undefined) {
  const settings = testSettings("exporter", "goldspan");
  const host = {
    ...settings.host,
    extension: (id: string) => (id === "storage" && store ? { capability: { writer: store } } : undefined),
  };
  const exporter = new GoldspanExporter({ ...settings, host }, readConfig(config, ""));
  await exporter.start();
  return { exporter, settings };
}

describe("the goldspan exporter", () => {
  it("stores traces and logs, and counts resends", async () => {
    const store = new MemoryStore();
    const { exporter, settings } = await start(store);
    const batch = spansOf(tracesRequest({ trace: 1, id: 1 }));
    expect(await exporter.traces.consume(batch)).toBeUndefined();
    expect(await exporter.traces.consume(batch)).toEqual({ rejected: 0, message: "", resent: true });
    await exporter.logs.consume(logsOf(logsRequest({ body: "x", trace: 1 })));
    expect((await store.readTrace(traceIdOf(1))).length).toBe(1);
    expect((await store.readTraceLogs(traceIdOf(1))).length).toBe(1);
    expect(await settings.samples("resent")).toEqual(['goldspan_store_resent_requests_total{signal="traces"} 1']);
  });

  it("stores metrics, tells of samples that were not taken, and counts resends", async () => {
    const store = new MemoryStore();
    const { exporter, settings } = await start(store);
    const batch = metricsOf(gaugesRequest("load", [[2000, 1]]));
    expect(await exporter.metrics.consume(batch)).toBeUndefined();
    expect(await exporter.metrics.consume(batch)).toMatchObject({ resent: true });
    expect(await exporter.metrics.consume(metricsOf(gaugesRequest("load", [[1000, 1]])))).toEqual({
      rejected: 1,
      message: expect.stringMatching(/cannot store 1 data point, the first: load\{.*out of order/),
    });
    expect(await settings.samples("resent")).toEqual(['goldspan_store_resent_requests_total{signal="metrics"} 1']);
    await store.close();
    await expect(exporter.metrics.consume(batch)).rejects.toThrow(RetryableError);
  });

  it("makes a store that cannot take data now a reason to try again", async () => {
    const store = new MemoryStore();
    const { exporter } = await start(store);
    store.append = () => Promise.reject(new StoreUnavailableError("disk full"));
    await expect(exporter.traces.consume(spansOf(tracesRequest({ trace: 1, id: 1 })))).rejects.toThrow(RetryableError);
  });

  it("does not start without its store", async () => {
    await expect(start(undefined)).rejects.toThrow(/cannot find the store "storage": list it in service.extensions/);
  });
});
