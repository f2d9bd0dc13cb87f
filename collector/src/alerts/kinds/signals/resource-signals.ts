/** How full a service's resources are, and how much memory it takes: the fullest and the largest of its instances. */
import { METRIC_NAME } from "../../../model/labels.ts";
import { listSaturationSources } from "../../../query/golden/stored-sources.ts";
import { saturationOf } from "../../../query/golden/saturation.ts";
import { serviceOfSeries } from "../../../query/golden/service-of-series.ts";
import { timeBuckets } from "../../../query/golden/time-buckets.ts";
import type { LabelMatcher } from "../../../store/store.ts";
import type { KindTools } from "../kind-tools.ts";
import { HOUR_MILLIS, WINDOWS, type HourValues, type Reading, type SignalReader } from "./signal.ts";

/** Sources that users add are looked up so often. */
const SOURCES_SLOT_MILLIS = 300_000;
/** Older values are not those of now. */
const NOW_MILLIS = 120_000;

/** Resident memory, as runtimes and agents call it. */
const MEMORY: LabelMatcher = {
  name: METRIC_NAME,
  operator: "=~",
  value: "process_resident_memory_bytes|process_memory_usage_bytes|process_memory_physical_usage_bytes",
};

export class Saturation implements SignalReader {
  readonly name = "saturation";
  readonly unit = "ratio";
  readonly labelNames = ["service_name"];
  readonly #tools: KindTools;

  constructor(tools: KindTools) {
    this.#tools = tools;
  }

  async now(timeMillis: number): Promise<ReadonlyMap<string, Reading>> {
    const windowMillis = 60_000;
    const readings = new Map<string, Reading>();
    for (const [service, { worst }] of await this.#read(timeMillis - windowMillis, timeMillis, 1)) {
      if (!worst) continue;
      const { value, source, instance } = worst;
      const about = `${source.resource}${instance === "" ? "" : ` of ${instance}`}`;
      readings.set(service, { value, count: Infinity, windowMillis, atLeast: source.warnAt, about });
    }
    return readings;
  }

  async hour(startMillis: number): Promise<ReadonlyMap<string, HourValues>> {
    const found = new Map<string, HourValues>();
    for (const [service, { series }] of await this.#read(startMillis, startMillis + HOUR_MILLIS, WINDOWS)) {
      const values = series.filter((value) => value !== null);
      if (values.length > 0) found.set(service, { values, count: Infinity });
    }
    return found;
  }

  async #read(start: number, end: number, count: number) {
    const { reader, documents, share, signal } = this.#tools;
    const sources = await share("saturation sources", Math.floor(end / SOURCES_SLOT_MILLIS), () =>
      listSaturationSources(documents),
    );
    return share(`saturation ${count}`, end, () =>
      saturationOf(reader.metrics, sources, timeBuckets(start, end, count), undefined, signal),
    );
  }
}

export class Memory implements SignalReader {
  readonly name = "memory";
  readonly unit = "bytes";
  readonly labelNames = ["service_name"];
  readonly #tools: KindTools;

  constructor(tools: KindTools) {
    this.#tools = tools;
  }

  async now(timeMillis: number): Promise<ReadonlyMap<string, Reading>> {
    const readings = new Map<string, Reading>();
    const series = await this.#tools.share("memory", timeMillis, () =>
      this.#tools.reader.metrics.selectSeries([MEMORY], { start: timeMillis - NOW_MILLIS, end: timeMillis }),
    );
    for (const { labels, values, stale } of series) {
      const service = serviceOfSeries(labels);
      const last = values.length - 1;
      const value = values[last];
      if (service === "" || stale?.[last] === 1 || Number.isNaN(value)) continue;
      if (value > (readings.get(service)?.value ?? -Infinity))
        readings.set(service, { value, count: Infinity, windowMillis: 0 });
    }
    return readings;
  }

  async hour(startMillis: number): Promise<ReadonlyMap<string, HourValues>> {
    const end = startMillis + HOUR_MILLIS;
    const largest = new Map<string, Float64Array>();
    for (const { labels, values, timestamps } of await this.#tools.reader.metrics.selectSeries([MEMORY], {
      start: startMillis,
      end: end - 1,
    })) {
      const service = serviceOfSeries(labels);
      if (service === "") continue;
      let own = largest.get(service);
      if (!own) largest.set(service, (own = new Float64Array(WINDOWS).fill(NaN)));
      for (const [i, value] of values.entries()) {
        const window = Math.floor(((timestamps[i] - startMillis) / HOUR_MILLIS) * WINDOWS);
        if (!Number.isNaN(value) && !(own[window] >= value)) own[window] = value;
      }
    }
    return new Map(
      Array.from(largest, ([service, own]) => {
        const values = Array.from(own).filter((value) => !Number.isNaN(value));
        return [service, { values, count: Infinity }] as const;
      }).filter(([, { values }]) => values.length > 0),
    );
  }
}
