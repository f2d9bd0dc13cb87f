/** When spans with an attribute were first and last seen, as near as a few searches tell, and which instances sent them. */
import { decodeText } from "../../base/protobuf.ts";
import { SERVICE_VERSION } from "../../model/semconv.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import type { AttributeCondition, MillisRange, StoreReader } from "../../store/store.ts";
import { anyValueText, locateKeyValue } from "../../wire/otlp/attribute-text.ts";
import { resourceAttributes } from "../../wire/otlp/attributes-of.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";

export interface SeenTimes {
  readonly firstSeenMillis: number;
  readonly lastSeenMillis: number;
}

const INSTANCE = "service.instance.id";
/** Parts of the range whose newest traces are read for names of instances. */
const PARTS = 4;
const TRACES_A_PART = 25;
const MOST_INSTANCES = 20;
/** Of a search for when something was first seen: the range is halved so often. */
const MOST_STEPS = 10;

/** Undefined = never in the range. */
export async function timesInSpans(
  reader: StoreReader,
  service: string,
  attribute: AttributeCondition,
  { start, end }: MillisRange,
  signal?: AbortSignal,
): Promise<SeenTimes | undefined> {
  const lastSeenMillis = await newestIn(reader, service, attribute, { start, end }, signal);
  if (lastSeenMillis === undefined) return undefined;
  let first = lastSeenMillis;
  let low = start;
  for (let step = 0; step < MOST_STEPS && first - low > 1; step++) {
    const middle = low + (first - low) / 2;
    const found = await newestIn(reader, service, attribute, { start: low, end: middle }, signal);
    if (found === undefined) low = middle;
    else first = found;
  }
  return { firstSeenMillis: first, lastSeenMillis };
}

/** When a version was first seen; the range's start when it was there within `beforeMillis` of it; undefined = never in the range. */
export async function versionStart(
  reader: StoreReader,
  service: string,
  version: string,
  range: MillisRange,
  beforeMillis: number,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const attribute = { key: SERVICE_VERSION, value: version };
  const before = { start: range.start - beforeMillis, end: range.start };
  if ((await newestIn(reader, service, attribute, before, signal)) !== undefined) return range.start;
  return (await timesInSpans(reader, service, attribute, range, signal))?.firstSeenMillis;
}

/** Those whose spans are among the newest of each part of the range. */
export async function instancesInSpans(
  reader: StoreReader,
  service: string,
  range: MillisRange,
  signal?: AbortSignal,
): Promise<({ instance: string; version: string } & SeenTimes)[]> {
  const versions = new Map<string, string>();
  const width = (range.end - range.start) / PARTS;
  // From the newest part on, so that an instance's version is its newest.
  for (let part = PARTS - 1; part >= 0; part--) {
    const from = range.start + part * width;
    const filter = { range: nanosOf({ start: from, end: from + width }), service };
    const ids = (await reader.findTraces(filter, TRACES_A_PART, signal)).map(({ traceId }) => traceId);
    for (const batch of await reader.readTraces(ids, "full", signal))
      for (const [instance, version] of instancesOf(batch, service))
        if (!versions.has(instance) && versions.size < MOST_INSTANCES) versions.set(instance, version);
  }
  const found: ({ instance: string; version: string } & SeenTimes)[] = [];
  for (const [instance, version] of versions) {
    const times = await timesInSpans(reader, service, { key: INSTANCE, value: instance }, range, signal);
    if (times) found.push({ instance, version, ...times });
  }
  return found;
}

function* instancesOf({ groups }: SpanBatch, service: string): Generator<[string, string]> {
  for (const { resource } of groups) {
    const names = resourceNames(resource);
    if (names.service !== service) continue;
    let instance = "";
    resourceAttributes(resource, (bytes, start, end) => {
      const { keyStart, keyEnd, valueStart, valueEnd } = locateKeyValue(bytes, start, end);
      if (decodeText(bytes, keyStart, keyEnd) === INSTANCE) instance = anyValueText(bytes, valueStart, valueEnd);
    });
    if (instance !== "") yield [instance, names.version ?? ""];
  }
}

async function newestIn(
  reader: StoreReader,
  service: string,
  attribute: AttributeCondition,
  range: MillisRange,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const filter = { range: nanosOf(range), service, attributes: [attribute] };
  const [found] = await reader.findTraces(filter, 1, signal);
  return found && Number(found.startUnixNano / 1_000_000n);
}

function nanosOf({ start, end }: MillisRange): { start: bigint; end: bigint } {
  const nanos = (millis: number) => BigInt(Math.max(0, Math.round(millis))) * 1_000_000n;
  return { start: nanos(start), end: nanos(end) };
}
