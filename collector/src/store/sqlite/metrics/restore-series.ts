/**
 * What a start knows of series: the newest sample's time of each that had one in the last hour of blocks, so that a sample older than it is
 * refused as before. Costs some milliseconds for 10,000 series; older series are as new ones.
 */
import type { StoreLog } from "../../store.ts";
import { isDamage } from "../damage.ts";
import { openReadOnly } from "../partition/open-read-only.ts";
import { decodeDirectory } from "./block/directory-codec.ts";
import { SeriesPage } from "./block/series-page.ts";
import type { MetricHead } from "./metric-head.ts";
import { MetricPartition } from "./metric-partition.ts";

const RECENT_MILLIS = 3_600_000;
const EVER = { start: -Number.MAX_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER };

/** @param paths of the partitions, oldest first */
export function restoreSeries(head: MetricHead, paths: readonly string[], nowMillis: number, log: StoreLog): void {
  // A day's partition may just have begun.
  for (const path of paths.slice(-2)) {
    try {
      restoreFrom(head, path, nowMillis);
    } catch (error) {
      if (!isDamage(error)) throw error;
      log.warn("cannot read which series there were: late samples of theirs may be taken", { file: path, error });
    }
  }
}

function restoreFrom(head: MetricHead, path: string, nowMillis: number): void {
  const db = openReadOnly(path);
  try {
    const partition = new MetricPartition(db, path);
    const newest = new Map<number, number>();
    for (const block of partition.blocks(Number.MAX_SAFE_INTEGER, EVER, nowMillis - RECENT_MILLIS)) {
      const { ids, axisOf, lastTimes } = decodeDirectory(partition.directory(block));
      ids.forEach((id, i) => newest.set(id, Math.max(newest.get(id) ?? -Infinity, lastTimes[axisOf[i]])));
    }
    for (const { firstId, count } of partition.pages()) {
      let page: SeriesPage | undefined;
      for (let row = 0; row < count; row++) {
        const time = newest.get(firstId + row);
        if (time === undefined) continue;
        page ??= new SeriesPage(partition.page(firstId));
        head.restore(path, firstId + row, page.labelsOf(row), time);
      }
    }
  } finally {
    db.close();
  }
}
