import { expect, test } from "vitest";
import { NO_TARGETS, type ActiveTarget, type ScrapeTargets } from "../../../component/scrape-targets.ts";
import { MemoryStore } from "../../../store/memory/memory-store.ts";
import { createApi } from "../../api.ts";

const TARGET: ActiveTarget = {
  discoveredLabels: { __address__: "a:1", job: "a" },
  labels: { instance: "a:1", job: "a" },
  scrapePool: "a",
  scrapeUrl: "http://a:1/metrics",
  lastError: "",
  lastScrapeMillis: 7,
  lastScrapeDurationSeconds: 0.5,
  health: "up",
  scrapeIntervalMillis: 60_000,
  scrapeTimeoutMillis: 10_000,
};

async function get(targets: ScrapeTargets, query = ""): Promise<{ status: number; body: any }> {
  const store = new MemoryStore();
  const info = () => ({ version: "1", startedAtMillis: 5, ports: {} });
  const context = {
    reader: store,
    documents: store.documents,
    info,
    reportError: () => {},
    targets: async () => targets,
  };
  const response = await createApi(context).request(`/prometheus/api/v1/targets${query}`);
  return { status: response.status, body: await response.json() };
}

test("targets are told as Prometheus tells them, all or some", async () => {
  const never = { ...TARGET, scrapePool: "b", health: "unknown" as const, lastScrapeMillis: undefined };
  const dropped = { discoveredLabels: { a: "1" }, scrapePool: "b" };
  const all = { active: [TARGET, never], dropped: [dropped], droppedCounts: { b: 2 } };
  const { body } = await get(all);
  expect(body.status).toBe("success");
  expect(body.data.activeTargets[0]).toEqual({
    discoveredLabels: TARGET.discoveredLabels,
    labels: TARGET.labels,
    scrapePool: "a",
    scrapeUrl: TARGET.scrapeUrl,
    globalUrl: TARGET.scrapeUrl,
    lastError: "",
    lastScrape: "1970-01-01T00:00:00.007Z",
    lastScrapeDuration: 0.5,
    health: "up",
    scrapeInterval: "1m",
    scrapeTimeout: "10s",
  });
  expect(body.data.activeTargets[1]).toMatchObject({ health: "unknown", lastScrape: "0001-01-01T00:00:00Z" });
  expect(body.data).toMatchObject({ droppedTargets: [dropped], droppedTargetCounts: { b: 2 } });
  expect((await get(all, "?state=active&scrapePool=b")).body.data).toMatchObject({
    activeTargets: [{ scrapePool: "b" }],
    droppedTargets: [],
  });
  expect((await get(all, "?state=dropped")).body.data).toMatchObject({ activeTargets: [], droppedTargets: [dropped] });
  expect((await get(NO_TARGETS, "?state=x")).status).toBe(400);
});
