/** The release since which it is so: of the services concerned, the last one to change its version shortly before the alert. */
import { releasesOf, type Release } from "../../query/golden/releases.ts";
import type { StoreReader } from "../../store/store.ts";
import type { EvidenceRelease } from "../channels/notification.ts";
import type { EvidenceWindow } from "./evidence-window.ts";

/** A release is rolled out over some time, and what it breaks may need some to be seen. */
const BEFORE_MILLIS = 3_600_000;
const MOST_SERVICES = 5;

/** @param services the likeliest first */
export async function findRelease(
  reader: StoreReader,
  { bad }: EvidenceWindow,
  services: readonly string[],
  signal: AbortSignal,
): Promise<EvidenceRelease | undefined> {
  const range = { start: bad.start - BEFORE_MILLIS, end: bad.end };
  for (const service of [...new Set(services)].filter(Boolean).slice(0, MOST_SERVICES)) {
    const [newest] = await releasesOf(reader, range, service, signal);
    if (newest) return evidenceReleaseOf(newest);
  }
  return undefined;
}

function evidenceReleaseOf({ service, version, previousVersion, atMillis }: Release): EvidenceRelease {
  return { service, version, before: previousVersion, firstSeen: atMillis };
}
