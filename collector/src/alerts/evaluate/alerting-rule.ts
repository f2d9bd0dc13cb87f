/**
 * An alerting rule over time: its active alerts, moved on by each evaluation. Times come from outside; a query that fails leaves
 * everything as it was. https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
import { messageOf } from "../../base/errors.ts";
import { labelsKey, labelsOf, recordOf } from "../../model/labels.ts";
import type { VectorSample } from "../../query/metrics/result.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { KindSource } from "../rules/rule-source.ts";
import { expandTemplate } from "../template/expand.ts";
import { Structure, TextMap } from "../template/value.ts";
import {
  decodeAlert,
  encodeAlert,
  MOST_WARM_UP_MILLIS,
  RESOLVED_RETENTION_MILLIS,
  type ActiveAlert,
  type AlertDetails,
  type EncodedAlert,
} from "./active-alert.ts";
import type { QueryVector } from "./query-vector.ts";
import { RuleError, type RuleSample } from "./rule-sample.ts";

/** A sample of one of Goldspan's kinds. */
export interface KindSample extends VectorSample {
  /** What its rule's templates see as `$details`: numbers in base units, and texts; `summary` is a sentence. */
  readonly details?: AlertDetails;
}

/**
 * Answers a rule of one of Goldspan's kinds at a time. Undefined = nobody can tell now (history is still being read, or nobody counted):
 * its alerts stay as they are. Rejects with RuleError and what queries reject with.
 * @param signal of all that is read for it, with their limits; absent = none
 */
export type FindSamples = (
  rule: KindRule,
  timeMillis: number,
  signal?: AbortSignal,
) => Promise<readonly KindSample[] | undefined>;
export type KindRule = AlertingRule & { readonly source: KindSource };

export interface EvaluateSettings {
  readonly query: QueryVector;
  /** Absent: rules of Goldspan's kinds fail. */
  readonly find?: FindSamples;
  /** Unix milliseconds. */
  readonly timeMillis: number;
  /** How far back queries look; samples get that time too. */
  readonly queryOffsetMillis: number;
  /** 0 = none. */
  readonly limit: number;
  readonly externalUrl: string;
  readonly externalLabels: Readonly<Record<string, string>>;
}

type Found = Pick<ActiveAlert, "labels" | "annotations" | "value" | "details">;

export class AlertingRuleEvaluator {
  readonly rule: AlertingRule;
  /** The group's and its own; templates. */
  readonly #labels: Readonly<Record<string, string>>;
  #alerts = new Map<string, ActiveAlert>();
  /** Alerts of before a restart that no evaluation has found since, and until when that is no end of them. */
  readonly #restored = new Set<string>();
  #restoredUntil = 0;
  #lastMillis = -Infinity;

  constructor(rule: AlertingRule, groupLabels: Readonly<Record<string, string>>) {
    this.rule = rule;
    this.#labels = { ...groupLabels, ...rule.labels };
  }

  /** Pending, firing, and resolved ones of the last quarter of an hour. */
  get alerts(): readonly ActiveAlert[] {
    return [...this.#alerts.values()];
  }

  /** Samples of ALERTS and ALERTS_FOR_STATE. @throws what the query throws, RuleError */
  async evaluate(settings: EvaluateSettings): Promise<RuleSample[]> {
    const { timeMillis, queryOffsetMillis, limit } = settings;
    const result = await this.#find(settings, timeMillis - queryOffsetMillis);
    if (!result) return this.#unchanged(timeMillis - queryOffsetMillis);
    const found = await this.#expand(result, settings);
    for (const [key, { labels, ...rest }] of found) {
      const known = this.#alerts.get(key);
      if (known && known.state !== "inactive") Object.assign(known, rest);
      else this.#alerts.set(key, { state: "pending", labels, ...rest, activeAt: timeMillis });
    }
    const samples: RuleSample[] = [];
    let active = 0;
    if (timeMillis < this.#lastMillis) this.#setBack(timeMillis);
    this.#lastMillis = timeMillis;
    for (const [key, alert] of this.#alerts) {
      if (!this.#advance(key, alert, found.has(key), timeMillis)) continue;
      active++;
      samples.push(...this.#samples(alert, timeMillis - queryOffsetMillis));
    }
    if (limit > 0 && active > limit) {
      this.#alerts.clear();
      throw new RuleError(`exceeded limit of ${limit} with ${active} alerts`);
    }
    return samples;
  }

  encode(): EncodedAlert[] {
    return this.alerts.map(encodeAlert);
  }

  /**
   * Goes on from where an equal rule stood. @param keptUntil after a restart: data begins to flow again, and a range may need more than
   * one sample; an alert that isn't found before this time stays what it was
   */
  restore(alerts: readonly EncodedAlert[], keptUntil = 0): void {
    this.#alerts = new Map(alerts.map((alert) => [labelsKey(labelsOf(alert.labels)), decodeAlert(alert)]));
    for (const [key, { state }] of this.#alerts) if (state !== "inactive") this.#restored.add(key);
    this.#restoredUntil = keptUntil;
  }

  async #find({ query, find }: EvaluateSettings, timeMillis: number): Promise<readonly KindSample[] | undefined> {
    const { rule } = this;
    if (rule.source.kind === "promql") return query(rule.expr, timeMillis);
    if (!find) throw new RuleError(`cannot evaluate ${rule.source.kind} here: there are metrics alone`);
    return find(rule as KindRule, timeMillis);
  }

  /** What the expression found, by labels after templating, which must differ. */
  async #expand(result: readonly KindSample[], settings: EvaluateSettings): Promise<Map<string, Found>> {
    const answers = new Map<string, Promise<readonly VectorSample[]>>();
    const at = settings.timeMillis - settings.queryOffsetMillis;
    const query = (text: string) => {
      const answer = answers.get(text) ?? settings.query(text, at);
      answers.set(text, answer);
      return answer;
    };
    const found = new Map<string, Found>();
    for (const sample of result) {
      const expand = this.#expander(sample, settings, query);
      const own = Object.create(null) as Record<string, string>;
      for (const [name, text] of Object.entries(this.#labels)) own[name] = await expand(text);
      const annotations: Record<string, string> = {};
      for (const [name, text] of Object.entries(this.rule.annotations)) annotations[name] = await expand(text);
      // Without the metric's name: an empty label is none.
      const labels = labelsOf({ ...recordOf(sample.labels), __name__: "", ...own, alertname: this.rule.alert });
      const key = labelsKey(labels);
      if (found.has(key))
        throw new RuleError("vector contains metrics with the same labelset after applying alert labels");
      const details = sample.details && { details: sample.details };
      found.set(key, { labels: { ...recordOf(labels) }, annotations, value: sample.value, ...details });
    }
    return found;
  }

  /** A template that fails gives what is wrong with it as its text: an alert with a broken annotation still goes out. */
  #expander(
    { labels, value, details = {} }: KindSample,
    { externalLabels, externalUrl, timeMillis }: EvaluateSettings,
    query: (text: string) => Promise<readonly VectorSample[]>,
  ): (text: string) => Promise<string> {
    const variables = {
      $labels: new TextMap(recordOf(labels)),
      $externalLabels: new TextMap(externalLabels),
      $externalURL: externalUrl,
      $value: value,
      ...(this.rule.source.kind !== "promql" && { $details: new Map(Object.entries(details)) }),
    };
    const data = new Structure(
      "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }",
      {
        Labels: variables.$labels,
        ExternalLabels: variables.$externalLabels,
        ExternalURL: variables.$externalURL,
        Value: variables.$value,
      },
    );
    const name = `__alert_${this.rule.alert}`;
    return async (text) => {
      try {
        return await expandTemplate(text, { name, data, variables, externalUrl, nowMillis: timeMillis, query });
      } catch (error) {
        if (error instanceof Error && error.name === "AbortError") throw error;
        return `<error expanding template: error executing template ${name}: ${messageOf(error)}>`;
      }
    };
  }

  /** Moves an alert to its next state. False = it is not active now. */
  #advance(key: string, alert: ActiveAlert, isFound: boolean, now: number): boolean {
    if (isFound) {
      delete alert.keepFiringSince;
      delete alert.missedSince;
      this.#restored.delete(key);
    } else if (this.#isWarmingUp(key, alert, now)) return true;
    else if (!this.#isKept(alert, now)) {
      const isOver = alert.resolvedAt !== undefined && now - alert.resolvedAt > RESOLVED_RETENTION_MILLIS;
      if (alert.state === "pending" || isOver) this.#alerts.delete(key);
      if (alert.state === "firing") {
        alert.state = "inactive";
        alert.resolvedAt = now;
      }
      return false;
    }
    if (alert.state === "pending" && now - alert.activeAt >= this.rule.forMillis) {
      alert.state = "firing";
      alert.firedAt = now;
    }
    return true;
  }

  /** The clock went back: what waits, waits from here. */
  #setBack(now: number): void {
    for (const [key, alert] of this.#alerts) {
      if (alert.keepFiringSince !== undefined) alert.keepFiringSince = Math.min(alert.keepFiringSince, now);
      if (alert.state === "pending" && alert.activeAt > now) this.#alerts.set(key, { ...alert, activeAt: now });
    }
  }

  /** Nothing was found yet since the restart. */
  #isWarmingUp(key: string, alert: ActiveAlert, now: number): boolean {
    if (!this.#restored.has(key) || now >= this.#restoredUntil) return false;
    alert.missedSince ??= now;
    return now - alert.missedSince < MOST_WARM_UP_MILLIS;
  }

  /** Silent, but to be kept firing for a while. */
  #isKept(alert: ActiveAlert, now: number): boolean {
    if (alert.state !== "firing" || this.rule.keepFiringForMillis === 0) return false;
    alert.keepFiringSince ??= now;
    return now - alert.keepFiringSince < this.rule.keepFiringForMillis;
  }

  #unchanged(timestampMillis: number): RuleSample[] {
    const active = this.alerts.filter(({ state }) => state !== "inactive");
    return active.flatMap((alert) => this.#samples(alert, timestampMillis));
  }

  #samples({ labels, state, activeAt }: ActiveAlert, timestampMillis: number): RuleSample[] {
    return [
      { labels: labelsOf({ ...labels, __name__: "ALERTS", alertstate: state }), timestampMillis, value: 1 },
      {
        labels: labelsOf({ ...labels, __name__: "ALERTS_FOR_STATE" }),
        timestampMillis,
        value: Math.floor(activeAt / 1000),
      },
    ];
  }
}
