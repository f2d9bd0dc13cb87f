/** What alerting shows of itself on /metrics, under Prometheus' names for rules and Alertmanager's for notification. */
import type { RuleGroupStatus } from "./alerting-service.ts";
import type { SelfMetrics } from "./self-metrics.ts";

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const GROUP = ["rule_group"];

export interface Standing {
  readonly groups: number;
  readonly alerts: Readonly<Record<"active" | "suppressed", number>>;
  readonly silences: Readonly<Record<"active" | "pending" | "expired", number>>;
}

export class EngineMetrics {
  readonly #groups;
  readonly #alerts;
  readonly #silences;
  readonly #evaluations;
  readonly #failures;
  readonly #seconds;
  readonly #iterations;
  readonly #missed;
  readonly #rules;
  readonly #interval;
  readonly #lastSeconds;
  readonly #lastTime;
  readonly #received;
  readonly #invalid;
  readonly #gathered;
  readonly #gatherSeconds;
  readonly #loaded;
  readonly #loadedAt;
  readonly #rulesLoaded;
  readonly #rulesLoadedAt;

  constructor(metrics: SelfMetrics) {
    this.#groups = metrics.gauge("alertmanager_dispatcher_aggregation_groups", "Groups of alerts.");
    this.#alerts = metrics.gauge("alertmanager_alerts", "Alerts by state: active, suppressed.", ["state"]);
    this.#silences = metrics.gauge("alertmanager_silences", "Silences by state: active, pending, expired.", ["state"]);
    this.#evaluations = metrics.counter("prometheus_rule_evaluations_total", "Rules evaluated.", GROUP);
    this.#failures = metrics.counter("prometheus_rule_evaluation_failures_total", "Rules that failed.", GROUP);
    this.#seconds = metrics.histogram(
      "prometheus_rule_group_duration_seconds",
      "Time of the evaluation of a rule group.",
      SECONDS,
    );
    this.#iterations = metrics.counter("prometheus_rule_group_iterations_total", "Evaluations of a group.", GROUP);
    this.#missed = metrics.counter(
      "prometheus_rule_group_iterations_missed_total",
      "Evaluations left out as the one before still ran.",
      GROUP,
    );
    this.#rules = metrics.gauge("prometheus_rule_group_rules", "Rules of a group.", GROUP);
    this.#interval = metrics.gauge("prometheus_rule_group_interval_seconds", "Interval of a group.", GROUP);
    this.#lastSeconds = metrics.gauge(
      "prometheus_rule_group_last_duration_seconds",
      "Time of a group's last evaluation.",
      GROUP,
    );
    this.#lastTime = metrics.gauge(
      "prometheus_rule_group_last_evaluation_timestamp_seconds",
      "When a group was evaluated last.",
      GROUP,
    );
    this.#received = metrics.counter("alertmanager_alerts_received_total", "Alerts taken.", ["status"]);
    this.#invalid = metrics.counter("alertmanager_alerts_invalid_total", "Alerts that could not be taken.");
    this.#gathered = metrics.counter(
      "goldspan_alert_evidence_total",
      "Times evidence was looked for, by outcome: found, nothing, failed.",
      ["outcome"],
    );
    this.#gatherSeconds = metrics.histogram(
      "goldspan_alert_evidence_duration_seconds",
      "Time to gather an alert's evidence.",
      SECONDS,
    );
    this.#loaded = metrics.gauge(
      "alertmanager_config_last_reload_successful",
      "Whether the notification file as it lies there counts.",
    );
    this.#loadedAt = metrics.gauge(
      "alertmanager_config_last_reload_success_timestamp_seconds",
      "When the notification file was loaded last.",
    );
    this.#rulesLoaded = metrics.gauge(
      "prometheus_config_last_reload_successful",
      "Whether all rule files as they lie there run.",
    );
    this.#rulesLoadedAt = metrics.gauge(
      "prometheus_config_last_reload_success_timestamp_seconds",
      "When rule files were loaded last.",
    );
  }

  /** As it stands now. */
  show({ groups, alerts, silences }: Standing): void {
    this.#groups.set(groups);
    for (const [state, count] of Object.entries(alerts)) this.#alerts.set(count, { state });
    for (const [state, count] of Object.entries(silences)) this.#silences.set(count, { state });
  }

  evaluated({ file, group, rules, intervalMillis, lastEvaluation, lastDurationMillis }: RuleGroupStatus): void {
    const labels = { rule_group: `${file};${group.name}` };
    this.#iterations.add(1, labels);
    this.#missed.add(0, labels);
    this.#evaluations.add(rules.length, labels);
    this.#failures.add(rules.filter(({ health }) => health === "err").length, labels);
    this.#seconds.record(lastDurationMillis / 1000);
    this.#rules.set(rules.length, labels);
    this.#interval.set(intervalMillis / 1000, labels);
    this.#lastSeconds.set(lastDurationMillis / 1000, labels);
    this.#lastTime.set((lastEvaluation ?? 0) / 1000, labels);
  }

  missed(file: string, group: string, count: number): void {
    if (count > 0) this.#missed.add(count, { rule_group: `${file};${group}` });
  }

  received(status: "firing" | "resolved"): void {
    this.#received.add(1, { status });
  }

  invalid(): void {
    this.#invalid.add(1);
  }

  gathered(millis: number, outcome: string): void {
    this.#gathered.add(1, { outcome });
    this.#gatherSeconds.record(millis / 1000);
  }

  loadedNotification(isGood: boolean, now: number): void {
    this.#loaded.set(isGood ? 1 : 0);
    if (isGood) this.#loadedAt.set(now / 1000);
  }

  loadedRules(isGood: boolean, now: number): void {
    this.#rulesLoaded.set(isGood ? 1 : 0);
    if (isGood) this.#rulesLoadedAt.set(now / 1000);
  }
}
