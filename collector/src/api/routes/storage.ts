/** What is kept, whose it is, and how much of the budgets is used. */
import { Hono } from "hono";
import type { NamedUsage, TimeRange, Usage } from "../../store/store.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireNamedUsage, WireStorage, WireUsage } from "../contract.ts";
import * as parameters from "../parameters.ts";

const MOST_NAMES = 200;

export function storageRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/storage", async (c) => {
    const limit = parameters.integer(new URL(c.req.url).searchParams, "limit", 10, 1, MOST_NAMES);
    const report = await reader.reportStorage({ limit }, c.req.raw.signal);
    const { partitionBytes, journalBytes, documentBytes, pinnedBytes, pinnedTraces, quarantineBytes, partitions } =
      report.disk;
    const blockBytes = report.signals.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    return c.json<WireStorage>({
      signals: report.signals.map((signal) => ({
        ...wireUsage(signal),
        signal: signal.signal,
        blocks: signal.blocks,
        ...wireRange(signal.data),
      })),
      services: report.services.map(wireNamed),
      attributeKeys: report.attributeKeys.map(wireNamed),
      otherServices: report.otherServices,
      otherAttributeKeys: report.otherAttributeKeys,
      disk: {
        usedBytes: partitionBytes + journalBytes + documentBytes,
        partitions,
        partitionBytes,
        indexBytes: Math.max(0, partitionBytes - blockBytes),
        journalBytes,
        documentBytes,
        pinnedBytes,
        pinnedTraces,
        quarantineBytes,
      },
      budgets: report.budgets,
      open: report.open,
    });
  });
}

function wireUsage({ records, rawBytes, storedBytes, firstArrivalMillis, lastArrivalMillis }: Usage): WireUsage {
  return {
    records,
    rawBytes,
    storedBytes,
    compressionRatio: rawBytes > 0 && storedBytes > 0 ? rawBytes / storedBytes : null,
    // Nothing came at the beginning of 1970.
    firstArrivalMillis: firstArrivalMillis || null,
    lastArrivalMillis: lastArrivalMillis || null,
  };
}

function wireNamed(usage: NamedUsage): WireNamedUsage {
  return { ...wireUsage(usage), name: usage.name, signal: usage.signal, ...wireRange(usage.data) };
}

function wireRange(range: TimeRange | undefined): Pick<WireNamedUsage, "dataStartMillis" | "dataEndMillis"> {
  return {
    dataStartMillis: range ? Number(range.start / 1_000_000n) : null,
    dataEndMillis: range ? Number(range.end / 1_000_000n) : null,
  };
}
