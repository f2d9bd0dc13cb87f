/**
 * Rules over stored history, as if they had run then: which alerts would have fired, and from when to when. Changes nothing: what rules
 * record lies over the store in memory. Stops when its time is up, and says how far it came.
 */
import { setImmediate } from "node:timers/promises";
import { LimitError, NO_LIMITS, openScope } from "../../base/work-scope.ts";
import type { ActiveAlert } from "../evaluate/active-alert.ts";
import { RuleGroupEvaluator } from "../evaluate/rule-group-evaluator.ts";
import type { RuleSample } from "../evaluate/rule-sample.ts";
import { RuleKinds } from "../kinds/rule-kinds.ts";
import { labelsKey, labelsOf } from "../../model/labels.ts";
import { ruleName, type AlertingRule, type Rule, type RuleGroup } from "../rules/rule-file.ts";
import type { StoreReader } from "../../store/store.ts";
import { OverlayMetrics } from "./overlay-metrics.ts";
import { PagedMetrics } from "./paged-metrics.ts";
import { prefetchQuery } from "./prefetch-query.ts";
import { chartOfExpr, KindWatch, type ReplayChart } from "./replay-chart.ts";

export interface ReplaySettings {
  readonly reader: StoreReader;
  readonly groups: readonly RuleGroup[];
  /** Unix milliseconds; evaluations begin there and go on up to the end, inclusive. */
  readonly startMillis: number;
  readonly endMillis: number;
  /** Of groups that name none. Default 15 s. */
  readonly intervalMillis?: number;
  /** How long it may take; default no limit. What was reached until then counts. */
  readonly timeoutMillis?: number;
  /** Evaluations of a group at most: longer times are gone through in larger steps. Default 10,080: a week in minutes. */
  readonly mostSteps?: number;
  /** Episodes of a rule that are told one by one. Default 100. */
  readonly mostEpisodes?: number;
  /** What it looks at is kept to be drawn. */
  readonly charted?: AlertingRule;
  /** @param share of the work, 0 to 1 */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

export interface Replay {
  readonly startMillis: number;
  readonly endMillis: number;
  /** The last evaluation: `endMillis` or nearly so when all was done. */
  readonly reachedMillis: number;
  readonly isComplete: boolean;
  /** Between evaluations, of the group with the longest. */
  readonly stepMillis: number;
  /** Of the rule that was to be charted; undefined where there is nothing to draw. */
  readonly chart: ReplayChart | undefined;
  /** Of alerting rules, in their order. */
  readonly rules: readonly ReplayedRule[];
}

export interface ReplayedRule {
  readonly group: string;
  readonly name: string;
  readonly rule: Rule;
  /** Times it would have fired. */
  readonly fired: number;
  /** Of the last evaluation that failed; "" = none did. */
  readonly error: string;
  /** Oldest first. */
  readonly episodes: readonly ReplayedEpisode[];
}

export interface ReplayedEpisode {
  readonly labels: Readonly<Record<string, string>>;
  /** What its annotation `summary` said when it began to fire, or what the kind has to say; "" = nothing. */
  readonly summary: string;
  readonly activeAtMillis: number;
  readonly firedAtMillis: number;
  /** Null = it still fired at the end. */
  readonly resolvedAtMillis: number | null;
}

const DEFAULT_INTERVAL = 15_000;
const MOST_EPISODES = 100;
const MOST_STEPS = 10_080;
/** For what is drawn, when the rules themselves are done or their time is up. */
const CHART_MILLIS = 3000;
/** Work between two looks at the clock and at others who wait for this thread. */
const TURN_MILLIS = 25;

/** @throws AbortedError as queries do */
export async function replayRules(settings: ReplaySettings): Promise<Replay> {
  const { groups, startMillis, endMillis, timeoutMillis = Infinity, signal, onProgress } = settings;
  // A query that takes too long by itself ends as well.
  const scope = openScope(signal, { ...NO_LIMITS, timeoutMillis: Number.isFinite(timeoutMillis) ? timeoutMillis : 0 });
  const overlay = new OverlayMetrics(new PagedMetrics(settings.reader.metrics));
  const metrics = overlaid(settings.reader, overlay);
  const kinds = new RuleKinds({ reader: metrics });
  const began = performance.now();
  const isTimeUp = () => performance.now() - began > timeoutMillis;
  const parts = { overlay, kinds, signal: scope.signal, isTimeUp };
  const runs = groups.map((group) => new GroupReplay(group, settings, parts));
  let turn = began;
  let reachedMillis = startMillis;
  let isComplete = true;
  try {
    for (let at = startMillis; at <= endMillis;) {
      for (const run of runs)
        if (run.nextAt <= at && !isTimeUp())
          await run.evaluate(at).catch((error: unknown) => {
            if (!isTimeUp()) throw error;
          });
      signal?.throwIfAborted();
      if (isTimeUp()) {
        isComplete = false;
        break;
      }
      reachedMillis = at;
      if (performance.now() - turn > TURN_MILLIS) {
        onProgress?.((at - startMillis) / Math.max(1, endMillis - startMillis));
        await setImmediate();
        turn = performance.now();
      }
      at = Math.min(...runs.map(({ nextAt }) => nextAt));
    }
  } finally {
    scope.close();
  }
  const rules = runs.flatMap((run) => run.result());
  const chart = await chartOf(settings, overlay, runs, rules);
  onProgress?.(1);
  const stepMillis = Math.max(0, ...runs.map((run) => run.stepMillis));
  return { startMillis, endMillis, reachedMillis, isComplete, stepMillis, chart, rules };
}

async function chartOf(
  { charted, startMillis, endMillis, timeoutMillis = Infinity, signal }: ReplaySettings,
  overlay: OverlayMetrics,
  runs: readonly GroupReplay[],
  rules: readonly ReplayedRule[],
): Promise<ReplayChart | undefined> {
  if (!charted) return undefined;
  const fired = rules.find(({ rule }) => rule === charted)?.episodes.map(({ labels }) => labels) ?? [];
  if (charted.source.kind === "promql") {
    const scope = openScope(signal, { ...NO_LIMITS, timeoutMillis: Math.min(CHART_MILLIS, timeoutMillis) });
    try {
      return await chartOfExpr(overlay, charted, { startMillis, endMillis }, fired, scope.signal);
    } catch (error) {
      signal?.throwIfAborted();
      // What fired is told without it.
      if (error instanceof LimitError || scope.signal.aborted) return undefined;
      throw error;
    } finally {
      scope.close();
    }
  }
  return runs.find(({ watch }) => watch !== undefined)?.watch?.chart(charted, fired);
}

interface RuleReplay {
  readonly rule: Rule;
  readonly going: Map<string, { -readonly [K in keyof ReplayedEpisode]: ReplayedEpisode[K] }>;
  readonly episodes: ReplayedEpisode[];
  fired: number;
  error: string;
}

interface ReplayParts {
  readonly overlay: OverlayMetrics;
  readonly kinds: RuleKinds;
  /** Of queries, with the limit of time. */
  readonly signal: AbortSignal;
  readonly isTimeUp: () => boolean;
}

class GroupReplay {
  nextAt: number;
  readonly stepMillis: number;
  /** Of the rule to be charted, where it is in this group and no PromQL. */
  readonly watch: KindWatch | undefined;
  readonly #group: RuleGroup;
  readonly #evaluator: RuleGroupEvaluator;
  readonly #mostEpisodes: number;
  readonly #isTimeUp: () => boolean;
  readonly #rules: readonly RuleReplay[];

  constructor(group: RuleGroup, settings: ReplaySettings, { overlay, kinds, signal, isTimeUp }: ReplayParts) {
    const { startMillis, endMillis, intervalMillis = DEFAULT_INTERVAL, mostSteps = MOST_STEPS } = settings;
    const interval = group.intervalMillis ?? intervalMillis;
    const steps = Math.ceil((endMillis - startMillis) / interval);
    this.#group = group;
    this.#isTimeUp = isTimeUp;
    this.stepMillis = interval * Math.max(1, Math.ceil(steps / mostSteps));
    this.#mostEpisodes = settings.mostEpisodes ?? MOST_EPISODES;
    this.nextAt = startMillis;
    const made = settings.groups.flatMap(({ rules }) => rules.flatMap((rule) => ("record" in rule ? rule.record : [])));
    const query = prefetchQuery({
      reader: overlay,
      stepMillis: this.stepMillis,
      endMillis,
      expressions: new Set(group.rules.map(({ expr }) => expr)),
      made: new Set([...made, "ALERTS", "ALERTS_FOR_STATE"]),
      signal,
    });
    const write = async (samples: readonly RuleSample[]) => samples.forEach((sample) => overlay.add(sample));
    // Instants lie on a grid, whatever a group's offset: chunks of range queries then fit.
    const { charted } = settings;
    const isWatched = charted !== undefined && charted.source.kind !== "promql" && group.rules.includes(charted);
    this.watch = isWatched ? new KindWatch(kinds, { startMillis, endMillis }, this.stepMillis) : undefined;
    this.#evaluator = new RuleGroupEvaluator(group, {
      query,
      find: this.watch?.find ?? kinds.find,
      write,
      stop: signal,
    });
    this.#rules = group.rules.map((rule) => ({ rule, going: new Map(), episodes: [], fired: 0, error: "" }));
  }

  async evaluate(at: number): Promise<void> {
    this.nextAt = at + this.stepMillis;
    await this.#evaluator.evaluate(at);
    // What the end of the time broke off is no finding.
    if (this.#isTimeUp()) return;
    for (const [i, { alerts, lastError }] of this.#evaluator.rules.entries()) {
      const own = this.#rules[i];
      if (lastError !== undefined) own.error = lastError;
      for (const alert of alerts) this.#note(own, alert);
      // A limit takes all alerts away, and they are told of no more.
      if (alerts.length === 0) for (const [key, episode] of own.going) end(own, key, episode, at);
    }
  }

  result(): ReplayedRule[] {
    return this.#rules
      .filter(({ rule }) => rule.kind === "alerting")
      .map(({ rule, fired, error, episodes, going }) => {
        const all = [...episodes, ...going.values()].sort((a, b) => a.firedAtMillis - b.firedAtMillis);
        const told = all.slice(0, this.#mostEpisodes);
        return { group: this.#group.name, name: ruleName(rule), rule, fired, error, episodes: told };
      });
  }

  #note(own: RuleReplay, alert: ActiveAlert): void {
    const key = labelsKey(labelsOf(alert.labels));
    const going = own.going.get(key);
    if (alert.state === "firing" && alert.firedAt !== undefined && !going) {
      own.fired++;
      own.going.set(key, {
        labels: alert.labels,
        summary: alert.annotations.summary ?? String(alert.details?.summary ?? ""),
        activeAtMillis: alert.activeAt,
        firedAtMillis: alert.firedAt,
        resolvedAtMillis: null,
      });
    }
    if (going && alert.state !== "firing") end(own, key, going, alert.resolvedAt ?? null, this.#mostEpisodes);
  }
}

function end(
  own: RuleReplay,
  key: string,
  episode: ReplayedEpisode & { resolvedAtMillis: number | null },
  atMillis: number | null,
  most = MOST_EPISODES,
): void {
  episode.resolvedAtMillis = atMillis;
  own.going.delete(key);
  if (own.episodes.length < most) own.episodes.push(episode);
}

/** A store whose series are those of the overlay. */
function overlaid(reader: StoreReader, overlay: OverlayMetrics): StoreReader {
  const metrics = withMembers(reader.metrics, { selectSeries: overlay.selectSeries.bind(overlay) });
  return withMembers(reader, { metrics });
}

/** The object with some members of its own; its methods keep running on the object itself. */
function withMembers<T extends object>(object: T, members: Partial<T>): T {
  return new Proxy(object, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
