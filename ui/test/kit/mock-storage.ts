/** A storage report and pins as the mock collector tells them: the shop's services, a disk a third full. */
import type { WireNamedUsage, WireStorage } from "goldspan/contract";
import { SHOP_SERVICES } from "./shop-services.ts";

const MIB = 2 ** 20;
const DAY = 86_400_000;
const KEYS = [
  ["db.query.text", 412],
  ["url.full", 207],
  ["user.id", 160],
  ["http.route", 41],
  ["server.address", 33],
  ["error.message", 21],
  ["service.instance.id", 12],
  ["http.response.status_code", 9],
  ["network.peer.address", 7],
  ["thread.name", 3],
] as const;

export function mockStorage(now: number): WireStorage {
  const usage = (bytes: number, ratio: number) => ({
    records: Math.round((bytes * ratio) / 480),
    rawBytes: bytes * ratio,
    storedBytes: bytes,
    compressionRatio: ratio,
    firstArrivalMillis: now - 5.6 * DAY,
    lastArrivalMillis: now - 12_000,
    dataStartMillis: now - 5.7 * DAY,
    dataEndMillis: now - 13_000,
  });
  const signals = [
    { signal: "traces" as const, blocks: 412, ...usage(2300 * MIB, 11.2) },
    { signal: "logs" as const, blocks: 98, ...usage(720 * MIB, 8.1) },
    { signal: "metrics" as const, blocks: 31, ...usage(64 * MIB, 60) },
  ];
  const services = Object.keys(SHOP_SERVICES).map((name, i): WireNamedUsage => ({
    name,
    signal: i % 3 === 2 ? "logs" : "traces",
    ...usage(Math.round((900 * MIB) / (i + 1) ** 1.3), 9 + (i % 4)),
  }));
  const attributeKeys = KEYS.map(([name, mib]): WireNamedUsage => ({
    name,
    signal: "traces",
    ...usage(mib * MIB, 6),
    dataStartMillis: null,
    dataEndMillis: null,
  }));
  const disk = { partitions: 7, indexBytes: 260 * MIB, journalBytes: 38 * MIB, documentBytes: 24_576 };
  const partitionBytes = signals.reduce((sum, { storedBytes }) => sum + storedBytes, 0) + disk.indexBytes;
  return {
    signals,
    services: services.sort((a, b) => b.storedBytes - a.storedBytes).slice(0, 10),
    attributeKeys,
    otherServices: Math.max(0, services.length - 10),
    otherAttributeKeys: 63,
    disk: {
      ...disk,
      partitionBytes,
      usedBytes: partitionBytes + disk.journalBytes + disk.documentBytes,
      pinnedBytes: 21 * MIB,
      pinnedTraces: 3,
      quarantineBytes: 0,
    },
    budgets: {
      retentionMillis: 7 * DAY,
      maxDiskBytes: 10 * 1024 * MIB,
      maxMemoryBytes: 128 * MIB,
      maxPinnedBytes: 256 * MIB,
    },
    open: { records: 3120, bytes: 1.6 * MIB, series: 4200 },
  };
}

/** As after the first start. */
export function emptyStorage(now: number): WireStorage {
  const full = mockStorage(now);
  const none = { records: 0, rawBytes: 0, storedBytes: 0, compressionRatio: null, blocks: 0 };
  const never = { firstArrivalMillis: null, lastArrivalMillis: null, dataStartMillis: null, dataEndMillis: null };
  return {
    ...full,
    signals: full.signals.map(({ signal }) => ({ signal, ...none, ...never })),
    services: [],
    attributeKeys: [],
    otherServices: 0,
    otherAttributeKeys: 0,
    disk: {
      usedBytes: 65_536,
      partitions: 0,
      partitionBytes: 0,
      indexBytes: 0,
      journalBytes: 0,
      documentBytes: 65_536,
      pinnedBytes: 0,
      pinnedTraces: 0,
      quarantineBytes: 0,
    },
    open: { records: 0, bytes: 0, series: 0 },
  };
}
