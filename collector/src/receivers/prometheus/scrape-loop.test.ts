import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { describeV2 } from "../../../test/kit/remote-write.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import type { ScrapeClient } from "./scrape-client.ts";
import { ScrapeLoop } from "./scrape-loop.ts";

const INTERVAL = 10_000;

beforeEach(() => vi.useFakeTimers({ now: 1_000_000_003 }));
afterEach(() => vi.useRealTimers());

function start(fetch: () => Promise<void> = async () => {}, key = "0000000a") {
  const next = createSinks();
  const client = {
    fetch: async () => {
      await fetch();
      return { text: "a 1\n", format: "text", bytes: 4 };
    },
  } as unknown as ScrapeClient;
  const none = { sampleLimit: 0, labelLimit: 0, labelNameLengthLimit: 0, labelValueLengthLimit: 0, legacyNames: false };
  const loop = new ScrapeLoop({
    target: {
      key,
      discoveredLabels: {},
      labels: { job: "j" },
      url: "http://x/",
      isOwn: false,
      intervalMillis: INTERVAL,
      timeoutMillis: INTERVAL,
    },
    scrapePool: "j",
    client,
    series: {
      targetLabels: {},
      externalLabels: {},
      honorLabels: false,
      honorTimestamps: true,
      trackTimestampsStaleness: false,
      relabel: () => true,
      ...none,
    },
    extraMetrics: true,
    bodyLimitBytes: 1,
    next: next.metrics,
    logger: testSettings().logger,
    refusal: () => "",
  });
  loop.start();
  const times = () => next.metrics.batches.map(({ bytes }) => Number(/ 1 @(\d+)/.exec(describeV2(bytes)[0])?.[1]));
  return { loop, next, times };
}

describe("a loop of scrapes", () => {
  it("has its own place within the interval, and writes what is a little late at its time", async () => {
    const { loop, times } = start();
    await vi.advanceTimersByTimeAsync(INTERVAL);
    for (const late of [19, 300]) {
      vi.setSystemTime(Date.now() + late);
      await vi.advanceTimersByTimeAsync(INTERVAL);
    }
    await loop.stop(false);
    expect(times()).toEqual([1_000_000_010, 1_000_010_010, 1_000_020_010, 1_000_030_010 + 300]);
  });

  it("leaves out what it missed, and never scrapes twice at a time", async () => {
    let running = 0;
    const { loop, times } = start(async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2.5 * INTERVAL));
      running--;
    });
    await vi.advanceTimersByTimeAsync(7 * INTERVAL);
    expect(times()).toEqual([1_000_000_010, 1_000_030_010]);
    vi.useRealTimers();
    void loop.stop(false);
  });

  it("says more of each scrape when asked to", async () => {
    const { loop, next } = start();
    await vi.advanceTimersByTimeAsync(INTERVAL);
    await loop.stop(false);
    const lines = describeV2(next.metrics.batches[0].bytes).map((line) => line.split(" @")[0]);
    expect(lines).toContain('{__name__="scrape_timeout_seconds"} 10');
    expect(lines).toContain('{__name__="scrape_body_size_bytes"} 4');
    expect(lines).toContain('{__name__="scrape_sample_limit"} 0');
  });
});
