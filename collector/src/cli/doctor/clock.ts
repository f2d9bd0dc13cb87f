/** The machine's clock: whether it runs evenly, is set at all, and agrees with what the store has seen; and whether the time zone is known. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../base/errors.ts";
import { DataDirectory } from "../../store/sqlite/data-directory.ts";
import { FORMAT_VERSION } from "../../store/sqlite/journal/journal-record.ts";
import { newerSegment } from "../../store/sqlite/journal/newer-segment.ts";
import { PARTITION_FORMAT } from "../../store/sqlite/partition/schema.ts";
import { readCoverage } from "../../store/sqlite/partition/glance.ts";
import { openReadOnly } from "../../store/sqlite/partition/open-read-only.ts";
import { isNewerFormat } from "../../store/sqlite/partition/newer-format.ts";
import { formatMillis } from "../format-table.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

const WATCHED_MILLIS = 300;
const MOST_DRIFT_MILLIS = 50;
/** No machine that runs this has an earlier date. */
const BEGIN = Date.UTC(2026, 0, 1);
/** Clocks of one network differ by less. */
const MOST_AHEAD_MILLIS = 60_000;
const SET_IT = "let the system's time service set the clock (chrony, systemd-timesyncd)";

/** Watches both clocks for a moment. */
export async function checkClock(now: () => number): Promise<Finding> {
  const [wall, monotonic] = [now(), performance.now()];
  await sleep(WATCHED_MILLIS);
  return judgeClock(wall, now() - wall - (performance.now() - monotonic));
}

/** @param driftMillis how much further the wall clock went than time did */
export function judgeClock(wallMillis: number, driftMillis: number): Finding {
  const text = formatMillis(wallMillis) ?? String(wallMillis);
  if (wallMillis < BEGIN) return fail("clock", `it says ${text}: it was never set`, SET_IT);
  if (Math.abs(driftMillis) > MOST_DRIFT_MILLIS)
    return warn(
      "clock",
      `${text}; it was put ${driftMillis > 0 ? "forth" : "back"} by ${Math.round(Math.abs(driftMillis))} ms while it was watched`,
      `${SET_IT}, and look for two of them`,
    );
  return ok("clock", `${text}, and it runs evenly`);
}

/** @param tz the variable TZ; undefined = the system's */
export function checkTimeZone(tz: string | undefined): Finding {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const named = (tz ?? "").replace(/^:/, "");
  try {
    if (named !== "" && !named.startsWith("/")) Intl.DateTimeFormat("en", { timeZone: named });
  } catch {
    return warn("time zone", `TZ=${tz} is no time zone; ${zone} counts`, "write a name such as Europe/Berlin or UTC");
  }
  const minutes = -new Date().getTimezoneOffset();
  const sign = minutes < 0 ? "-" : "+";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
    String(n).padStart(2, "0"),
  );
  return ok("time zone", `${zone ?? "UTC"} (UTC${sign}${hours}:${rest})`);
}

/** The format of a store's files, and its newest data against this clock. Nothing where there is no store. */
export function checkStore(directory: string, now: number): Finding[] {
  const { path } = new DataDirectory(directory);
  let partitions: string[];
  try {
    partitions = new DataDirectory(directory).listPartitions();
  } catch {
    return [ok("store", `there is none in ${path} yet`)];
  }
  try {
    const segment = newerSegment(new DataDirectory(directory));
    if (segment) return [newerStore(segment.path, segment.format, FORMAT_VERSION)];
  } catch (error) {
    return [fail("store", `cannot read its journals: ${messageOf(error)}`, "make them readable for this user")];
  }
  let newest = 0;
  let oldestFormat = PARTITION_FORMAT;
  for (const partition of partitions) {
    try {
      const db = openReadOnly(partition);
      try {
        const format = db.prepare("SELECT value FROM meta WHERE key = 'format'").pluck().get();
        if (isNewerFormat(format)) return [newerStore(partition, format, PARTITION_FORMAT)];
        if (typeof format === "number") oldestFormat = Math.min(oldestFormat, format);
        newest = Math.max(newest, readCoverage(db).lastSealedAtMillis);
      } finally {
        db.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "SQLITE_CANTOPEN") continue;
      return [
        fail(
          "store",
          `cannot read ${partition}: ${messageOf(error)}`,
          "goldspan verify tells what is damaged; goldspan backup has copies",
        ),
      ];
    }
  }
  return [judgeNewest(partitions.length, newest, now, oldestFormat)];
}

function newerStore(path: string, format: number, known: number): Finding {
  return fail(
    "store",
    `${path} is of format ${format}, and this version knows formats up to ${known}`,
    "run the newer version that wrote it, or restore a backup from before the upgrade",
  );
}

/** @param format of the oldest partition */
export function judgeNewest(partitions: number, newest: number, now: number, format = PARTITION_FORMAT): Finding {
  const ahead = newest - now;
  if (ahead > MOST_AHEAD_MILLIS)
    return warn(
      "store",
      `its newest data came at ${formatMillis(newest)}, ${Math.round(ahead / 1000)} s after what the clock says now`,
      "find out which of both was wrong: retention goes by the time of arrival",
    );
  const seen = newest === 0 ? "" : `, the newest data came at ${formatMillis(newest)}`;
  const upgrade = format < PARTITION_FORMAT ? ` (a start brings it to ${PARTITION_FORMAT})` : "";
  return ok("store", `format ${format}${upgrade}, ${partitions} partition${partitions === 1 ? "" : "s"}${seen}`);
}
