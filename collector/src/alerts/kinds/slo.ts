/**
 * `slo`: pages and tickets by how fast the error budget burns, each over a long window, and a short one that ends the alert soon after
 * the fault (https://sre.google/workbook/alerting-on-slos/). The shares of the budget are those of the workbook: 2 % in 1 h and 5 % in
 * 6 h are a page, 10 % in 1 d and 10 % in 3 d a ticket; over 30 d that is 14.4, 6, 3 and 1 times as fast as allowed.
 */
import { labelsOf } from "../../model/labels.ts";
import type { SloSource } from "../rules/rule-source.ts";
import { formatMeasure } from "./format-value.ts";
import { NEEDED_HOURS, type SloHistory } from "./history/slo-history.ts";
import type { FoundSamples, KindTools } from "./kind-tools.ts";
import { HOUR_MILLIS } from "./signals/signal.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

interface BurnWindow {
  readonly severity: "page" | "ticket";
  readonly longMillis: number;
  readonly shortMillis: number;
  /** Of the budget, in the long window. */
  readonly share: number;
}

/** With the burn rate from which on it is told. */
export type BurnAlert = BurnWindow & { readonly factor: number };

const BURN_WINDOWS: readonly BurnWindow[] = [
  { severity: "page", longMillis: HOUR_MILLIS, shortMillis: 5 * MINUTE, share: 0.02 },
  { severity: "page", longMillis: 6 * HOUR_MILLIS, shortMillis: 30 * MINUTE, share: 0.05 },
  { severity: "ticket", longMillis: DAY, shortMillis: 2 * HOUR_MILLIS, share: 0.1 },
  { severity: "ticket", longMillis: 3 * DAY, shortMillis: 6 * HOUR_MILLIS, share: 0.1 },
];
const BURN_DOWN_POINTS = 120;

export async function findBurns(
  tools: KindTools,
  history: SloHistory,
  source: SloSource,
  timeMillis: number,
): Promise<FoundSamples | undefined> {
  const missing = await history.follow(tools, timeMillis);
  if (missing.some((hour) => hour * HOUR_MILLIS > timeMillis - NEEDED_HOURS * HOUR_MILLIS)) return undefined;
  const worst = new Map<string, { readonly burn: number; readonly window: BurnWindow }>();
  for (const window of burning(history, source, timeMillis)) {
    const known = worst.get(window.window.severity);
    if (!known || window.burn > known.burn) worst.set(window.window.severity, window);
  }
  const { budgetRemaining } = budgetOf(history, source, timeMillis);
  return Array.from(worst, ([severity, { burn, window }]) => {
    const { service, operation, objective } = source;
    const long = formatMeasure(window.longMillis / 1000, "seconds");
    const left =
      budgetRemaining === null ? "" : `; ${formatMeasure(Math.max(0, budgetRemaining), "ratio")} of it is left`;
    const times = `${formatMeasure(burn, "count")} times as fast as allowed over ${long}`;
    return {
      labels: labelsOf({ service_name: service, span_name: operation, severity }),
      timestampMillis: timeMillis,
      value: burn,
      details: {
        objective,
        long_window: window.longMillis / 1000,
        short_window: window.shortMillis / 1000,
        ...(budgetRemaining !== null && { budget_remaining: budgetRemaining }),
        summary: `${subjectOf(source)}: the error budget of ${textOf(source)} burns ${times}${left}`,
      },
    };
  });
}

/** What an objective's alerts look at, the fastest burn first; windows longer than its own are left out. */
export function burnAlerts({ windowMillis }: Pick<SloSource, "windowMillis">): BurnAlert[] {
  return BURN_WINDOWS.filter(({ longMillis }) => longMillis <= windowMillis).map((window) => ({
    ...window,
    factor: (window.share * windowMillis) / window.longMillis,
  }));
}

/** How many times faster than allowed the budget burnt over a window; undefined = no traffic. */
export function burnRate(
  history: SloHistory,
  source: SloSource,
  timeMillis: number,
  windowMillis: number,
): number | undefined {
  const outcome = history.outcome(timeMillis, windowMillis);
  return outcome.total > 0 ? burnOf(outcome, source) : undefined;
}

function* burning(
  history: SloHistory,
  source: SloSource,
  timeMillis: number,
): Generator<{ readonly burn: number; readonly window: BurnWindow }> {
  for (const { factor, ...window } of burnAlerts(source)) {
    const [long, short] = [window.longMillis, window.shortMillis].map((each) => history.outcome(timeMillis, each));
    const burn = Math.min(burnOf(long, source), Infinity);
    if (short.bad >= source.minBad && burn > factor && burnOf(short, source) > factor) yield { burn, window };
  }
}

export interface SloAlert {
  readonly severity: "page" | "ticket";
  readonly factor: number;
  readonly longMillis: number;
  readonly shortMillis: number;
  /** Null = no traffic. */
  readonly longRate: number | null;
  readonly shortRate: number | null;
  readonly isBurning: boolean;
}

export interface SloStatus {
  /** Of the window so far; null = no traffic. */
  readonly attained: number | null;
  /** 1 = untouched, below 0 = overdrawn; null = no traffic. */
  readonly budgetRemaining: number | null;
  readonly burnRates: readonly { readonly windowMillis: number; readonly rate: number | null }[];
  /** The alerts: each burns when both rates are above the factor. */
  readonly alerts: readonly SloAlert[];
  /** The budget over the window, as if it had been full at its begin. */
  readonly burnDown: { readonly timesMillis: readonly number[]; readonly remaining: readonly (number | null)[] };
  readonly state: "ok" | "ticket" | "page";
  /** `99.9 % of requests without error over 30 d` */
  readonly text: string;
}

/** How an objective stands; hours that are still to be read are missing in it. */
export async function sloStatus(
  tools: KindTools,
  history: SloHistory,
  source: SloSource,
  timeMillis: number,
): Promise<SloStatus> {
  await history.follow(tools, timeMillis);
  const burns = [...burning(history, source, timeMillis)].map(({ window }) => window);
  const severities = new Set(burns.map(({ severity }) => severity));
  const state = severities.has("page") ? "page" : severities.has("ticket") ? "ticket" : "ok";
  const rateOver = (millis: number) => burnRate(history, source, timeMillis, millis) ?? null;
  const windows = [...new Set(BURN_WINDOWS.flatMap(({ longMillis, shortMillis }) => [shortMillis, longMillis]))];
  const burnRates = windows
    .sort((a, b) => a - b)
    .map((windowMillis) => ({ windowMillis, rate: rateOver(windowMillis) }));
  const alerts = burnAlerts(source).map(({ severity, factor, longMillis, shortMillis }) => ({
    severity,
    factor,
    longMillis,
    shortMillis,
    longRate: rateOver(longMillis),
    shortRate: rateOver(shortMillis),
    isBurning: burns.some((burn) => burn.longMillis === longMillis),
  }));
  return {
    ...budgetOf(history, source, timeMillis),
    burnRates,
    alerts,
    burnDown: burnDownOf(history, source, timeMillis),
    state,
    text: `${textOf(source)} over ${source.windowMillis / DAY} d`,
  };
}

function budgetOf(history: SloHistory, source: SloSource, timeMillis: number) {
  const { total, bad } = history.outcome(timeMillis, source.windowMillis);
  if (total === 0) return { attained: null, budgetRemaining: null };
  return { attained: 1 - bad / total, budgetRemaining: 1 - bad / (total * (1 - source.objective)) };
}

/** Of the requests of the whole window each point has used up what was bad until then. */
function burnDownOf(history: SloHistory, source: SloSource, timeMillis: number): SloStatus["burnDown"] {
  const { windowMillis, objective } = source;
  const start = timeMillis - windowMillis;
  const whole = history.outcome(timeMillis, windowMillis);
  const budget = whole.total * (1 - objective);
  const timesMillis: number[] = [];
  const remaining: (number | null)[] = [];
  for (let i = 0; i <= BURN_DOWN_POINTS; i++) {
    const at = start + (windowMillis * i) / BURN_DOWN_POINTS;
    timesMillis.push(Math.round(at));
    const after = i === BURN_DOWN_POINTS ? { total: 0, bad: 0 } : history.outcome(timeMillis, timeMillis - at);
    const isBeforeData = whole.total - after.total <= 0 && i > 0;
    remaining.push(budget <= 0 || isBeforeData ? null : 1 - (whole.bad - after.bad) / budget);
  }
  // A window that begins before the data has no full budget there.
  if (remaining[1] === null) remaining[0] = null;
  return { timesMillis, remaining };
}

/** 1 = as fast as allowed. */
function burnOf({ total, bad }: { readonly total: number; readonly bad: number }, { objective }: SloSource): number {
  return total > 0 ? bad / total / (1 - objective) : 0;
}

function subjectOf({ service, operation }: SloSource): string {
  return operation === "" ? service : `${service} ${operation}`;
}

function textOf({ objective, latencySeconds }: SloSource): string {
  const share = `${Number((objective * 100).toPrecision(8))} %`;
  if (latencySeconds === undefined) return `${share} of requests without error`;
  return `${share} of requests within ${formatMeasure(latencySeconds, "seconds")}`;
}
