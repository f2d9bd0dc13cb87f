/** What is normal for a signal over a range of time, for charts. */
import type { BaselineSource } from "../rules/rule-source.ts";
import { bandOf, signalOf } from "./baseline.ts";
import { centerAt, type BaselineHistory, type Normal } from "./history/baseline-history.ts";
import type { KindTools } from "./kind-tools.ts";
import { HOUR_MILLIS, WINDOW_MILLIS } from "./signals/signal.ts";

export interface BandRange {
  readonly startMillis: number;
  readonly endMillis: number;
  readonly stepMillis: number;
}

/** As long as the times, null where nothing is known, or the rule watches no such side. In the signal's base unit. */
export interface BandOverTime {
  readonly timesMillis: readonly number[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly center: readonly (number | null)[];
}

const MOST_STEPS = 2000;

/** From what is known of hours: nothing is read for it. @param labels of the alert, or of whatever is drawn */
export async function bandOverTime(
  tools: KindTools,
  history: BaselineHistory,
  source: BaselineSource,
  labels: Readonly<Record<string, string>>,
  { startMillis, endMillis, stepMillis }: BandRange,
): Promise<BandOverTime> {
  const signal = signalOf(tools, source);
  const key = signal.labelNames.map((name) => labels[name] ?? "").join("\n");
  const count = Math.min(MOST_STEPS, Math.floor((endMillis - startMillis) / stepMillis) + 1);
  const timesMillis = Array.from({ length: Math.max(0, count) }, (_, i) => startMillis + i * stepMillis);
  const hours = new Map<number, Normal | undefined>();
  const bands = [];
  for (const at of timesMillis) {
    const hour = Math.floor(at / HOUR_MILLIS);
    if (!hours.has(hour)) {
      tools.signal?.throwIfAborted();
      hours.set(hour, (await history.normalsAt(signal, at)).get(key));
    }
    const known = hours.get(hour);
    if (!known) {
      bands.push({ lower: null, upper: null, center: null });
      continue;
    }
    const { windowMillis } = source;
    const requests = known.count > 0 ? (known.count * windowMillis) / WINDOW_MILLIS : Infinity;
    const normal = { ...known, center: centerAt(known, at) };
    bands.push(bandOf(source, normal, { count: requests, windowMillis }));
  }
  return {
    timesMillis,
    lower: bands.map(({ lower }) => lower),
    upper: bands.map(({ upper }) => upper),
    center: bands.map(({ center }) => center),
  };
}
