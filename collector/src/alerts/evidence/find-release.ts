/** The release since which it is so: of the services concerned, the last one to change its version shortly before the alert. */
import { SERVICE_VERSION } from "../../model/semconv.ts";
import { releasesOf, type Release } from "../../query/golden/releases.ts";
import type { StoreReader } from "../../store/store.ts";
import type { EvidenceAttribute, EvidenceRelease } from "../channels/notification.ts";
import type { EvidenceWindow } from "./evidence-window.ts";

/** A release is rolled out over some time, and what it breaks may need some to be seen. */
const BEFORE_MILLIS = 3_600_000;
const MOST_SERVICES = 5;

/** @param services the likeliest first @param attributes that differ: a version among them is the one that is bad */
export async function findRelease(
  reader: StoreReader,
  { bad }: EvidenceWindow,
  services: readonly string[],
  attributes: readonly EvidenceAttribute[],
  signal: AbortSignal,
): Promise<EvidenceRelease | undefined> {
  const range = { start: bad.start - BEFORE_MILLIS, end: bad.end };
  const blamed = attributes.filter(({ key }) => key === SERVICE_VERSION);
  const concerned = [...new Set([...blamed.map(({ service }) => service), ...services])].slice(0, MOST_SERVICES);
  for (const service of concerned) {
    const releases = await releasesOf(reader, range, service, signal);
    const version = blamed.find((one) => one.service === service)?.value;
    const found = releases.find((one) => one.version === version) ?? releases[0];
    if (found) return evidenceReleaseOf(found);
  }
  return undefined;
}

function evidenceReleaseOf({ service, version, previousVersion, atMillis }: Release): EvidenceRelease {
  return { service, version, before: previousVersion, firstSeen: atMillis };
}
