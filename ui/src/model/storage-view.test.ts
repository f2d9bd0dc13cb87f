import { expect, test } from "vitest";
import { mockStorage } from "../../test/kit/mock-storage.ts";
import { diskParts, serviceOfUsage, storageTotals, usageRows } from "./storage-view.ts";

const report = mockStorage(1_000_000_000_000);

test("the parts of the disk leave nothing out and show nothing that isn't there", () => {
  const parts = diskParts(report);
  expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(report.disk.usedBytes);
  expect(diskParts({ ...report, signals: [] }).map(({ tone }) => tone)).toEqual(["index", "journal", "other"]);
});

test("totals hold the oldest arrival and what compression made of the data", () => {
  const totals = storageTotals(report);
  expect(totals.ratio).toBeCloseTo(totals.rawBytes / totals.storedBytes);
  expect(totals.oldestMillis).toBe(Math.min(...report.signals.map((signal) => signal.firstArrivalMillis ?? Infinity)));
  expect(storageTotals({ ...report, signals: [] })).toMatchObject({ oldestMillis: null, ratio: null });
});

test("the dearest row has the whole bar", () => {
  const rows = usageRows(report.services);
  expect(rows[0].share).toBe(1);
  expect(rows.every(({ share }) => share > 0 && share <= 1)).toBe(true);
  expect(usageRows([])).toEqual([]);
});

test("metrics are counted by job, which names its service behind the namespace", () => {
  expect(serviceOfUsage({ name: "shop/orders", signal: "metrics" })).toBe("orders");
  expect(serviceOfUsage({ name: "orders", signal: "metrics" })).toBe("orders");
  expect(serviceOfUsage({ name: "a/b", signal: "traces" })).toBe("a/b");
});
