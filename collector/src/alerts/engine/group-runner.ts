/**
 * One rule group over time: when it is due, its evaluation, how that went, and its state as a document. Never evaluates twice at once:
 * a slot that comes while the one before still runs is missed, and counted.
 */
import { MOST_WARM_UP_MILLIS, type EncodedAlert } from "../evaluate/active-alert.ts";
import { RuleGroupEvaluator, type EncodedRule, type GroupSettings } from "../evaluate/rule-group-evaluator.ts";
import { fingerprintOf } from "../notify/labels.ts";
import { ruleName, type Rule, type RuleGroup } from "../rules/rule-file.ts";
import type { RuleGroupStatus } from "./alerting-service.ts";
import { offsetOf, slotFrom, slotUntil } from "./group-schedule.ts";

/** A group's document. */
export interface GroupState {
  readonly evaluatedAt: number;
  readonly rules: readonly EncodedRule[];
}

export interface RunnerSettings extends GroupSettings {
  readonly file: string;
  /** Of groups that name none. */
  readonly intervalMillis: number;
  /** At the end of an evaluation: what `write` took must be written. */
  readonly flush: () => Promise<void>;
}

/** Shorter stops don't move pending alerts: a restart is no gap in what a rule sees. */
const UNNOTICED_STOP_MILLIS = 60_000;

/** An evaluation may take as long as so many queries, and as its interval: what hangs ends, what is slow is told as missed slots. */
const MOST_QUERIES = 10;

/** How often a group is written of which alerts go on firing. */
const ROUGHLY_MILLIS = 60_000;

export class GroupRunner {
  readonly file: string;
  readonly group: RuleGroup;
  readonly intervalMillis: number;
  /** Of the rules, in their order. */
  readonly ruleIds: readonly string[];
  readonly #evaluator: RuleGroupEvaluator;
  readonly #flush: () => Promise<void>;
  readonly #offset: number;
  #nextAt: number;
  #running: Promise<void> | undefined;
  #evaluatedAt: number | undefined;
  #durationMillis = 0;
  #missed = 0;
  #iterations = 0;
  #isRetired = false;
  #savedSignature = "";

  constructor(group: RuleGroup, settings: RunnerSettings, now: number) {
    this.file = settings.file;
    this.group = group;
    this.intervalMillis = group.intervalMillis ?? settings.intervalMillis;
    this.ruleIds = idsOf(settings.file, group);
    const timeoutMillis = settings.limits?.timeoutMillis ?? 0;
    const mostMillis = timeoutMillis === 0 ? 0 : Math.max(this.intervalMillis, MOST_QUERIES * timeoutMillis);
    this.#evaluator = new RuleGroupEvaluator(group, { ...settings, mostMillis });
    this.#flush = settings.flush;
    this.#offset = offsetOf(settings.file, group.name, this.intervalMillis);
    this.#nextAt = slotFrom(now, this.intervalMillis, this.#offset);
  }

  /** Of its document. */
  get key(): string {
    return groupKey(this.file, this.group.name);
  }

  /** Never, for one that has left its place. */
  get nextAt(): number {
    return this.#isRetired ? Infinity : this.#nextAt;
  }

  /** Whether an evaluation is under way. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  get rules(): RuleGroupEvaluator["rules"] {
    return this.#evaluator.rules;
  }

  get missed(): number {
    return this.#missed;
  }

  get iterations(): number {
    return this.#iterations;
  }

  status(): RuleGroupStatus {
    return {
      file: this.file,
      group: this.group,
      intervalMillis: this.intervalMillis,
      rules: this.#evaluator.rules.map((rule, i) => ({ ...rule, id: this.ruleIds[i] })),
      lastEvaluation: this.#evaluatedAt,
      lastDurationMillis: this.#durationMillis,
      missed: this.#missed,
    };
  }

  /** The slot to evaluate, when one is due and the one before is over; slots that are left out are counted. */
  takeSlot(now: number): number | undefined {
    // The clock was set back: what it had come to is not waited for again.
    if (this.#nextAt - now > this.intervalMillis) this.#nextAt = slotFrom(now, this.intervalMillis, this.#offset);
    if (this.#nextAt > now || this.#isRetired) return undefined;
    const slot = slotUntil(now, this.intervalMillis, this.#offset);
    const leftOut = Math.round((slot - this.#nextAt) / this.intervalMillis);
    this.#nextAt = slot + this.intervalMillis;
    this.#missed += leftOut;
    if (!this.#running) return slot;
    this.#missed++;
    return undefined;
  }

  /** Rejects only when cancelled. */
  evaluate(slot: number): Promise<void> {
    this.#running = this.#evaluate(slot).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** No evaluation begins any more; {@link over} tells when none is under way. */
  retire(): void {
    this.#isRetired = true;
  }

  async over(): Promise<void> {
    await this.#running?.catch(() => undefined); // whoever began it is told
  }

  /** Goes on where the group stood, also one whose rules were others; what is gone of those is returned. */
  restore(state: GroupState, now: number, outageToleranceMillis: number): EncodedRule[] {
    const stopped = now - state.evaluatedAt - this.intervalMillis;
    const rules = stopped > UNNOTICED_STOP_MILLIS ? state.rules.map((rule) => shiftRule(rule)) : state.rules;
    this.#evaluatedAt = state.evaluatedAt;
    const warmUp = Math.min(stopped + 3 * this.intervalMillis, MOST_WARM_UP_MILLIS);
    return this.#evaluator.restore(rules, now + Math.max(warmUp, 0));

    /** The time without evaluation is not held against anyone: `for` goes on after it, or begins anew when it was too long. */
    function shiftRule(rule: EncodedRule): EncodedRule {
      const alerts = rule.alerts.flatMap((alert): EncodedAlert[] => {
        if (alert.state !== "pending") return [alert];
        return stopped > outageToleranceMillis ? [] : [{ ...alert, activeAt: alert.activeAt + stopped }];
      });
      return { ...rule, alerts };
    }
  }

  /** Takes the place of a group of that name that is over; what is gone of its rules is returned. */
  continueFrom(old: GroupRunner): EncodedRule[] {
    this.#evaluatedAt = old.#evaluatedAt;
    this.#durationMillis = old.#durationMillis;
    this.#missed = old.#missed;
    this.#iterations = old.#iterations;
    if (old.intervalMillis === this.intervalMillis) this.#nextAt = old.#nextAt;
    return this.#evaluator.restore(old.state().rules);
  }

  state(): GroupState {
    return { evaluatedAt: this.#evaluatedAt ?? 0, rules: this.#evaluator.encode() };
  }

  /** The document, when it says something else than the last one taken. */
  takeState(): GroupState | undefined {
    const signature = this.#signature();
    if (signature === this.#savedSignature) return undefined;
    this.#savedSignature = signature;
    return this.state();
  }

  async #evaluate(slot: number): Promise<void> {
    const begin = performance.now();
    await this.#evaluator.evaluate(slot);
    await this.#flush();
    this.#evaluatedAt = slot;
    this.#durationMillis = performance.now() - begin;
    this.#iterations++;
  }

  /**
   * What a restart needs: states, not values. Where alerts wait for their time also when they were looked at last, exactly; for those that
   * fire it is enough to know it roughly.
   */
  #signature(): string {
    const alerts = this.#evaluator.rules.map((rule) =>
      rule.alerts.map(({ labels, state, activeAt, firedAt, resolvedAt, keepFiringSince }) => [
        labels,
        state,
        activeAt,
        firedAt,
        resolvedAt,
        keepFiringSince,
      ]),
    );
    const has = (wanted: string) => alerts.some((list) => list.some(([, state]) => state === wanted));
    const at = this.#evaluatedAt ?? 0;
    const lookedAt = has("pending") ? at : has("firing") ? Math.floor(at / ROUGHLY_MILLIS) : 0;
    return JSON.stringify([this.#evaluator.seriesRevision, lookedAt, alerts]);
  }
}

export function groupKey(file: string, group: string): string {
  return `${file};${group}`;
}

/** As long as a rule's text and place stay; of equal ones by their order. */
function idsOf(file: string, { name, rules }: RuleGroup): string[] {
  const counts = new Map<string, number>();
  return rules.map((rule) => {
    const key = JSON.stringify([rule.kind, ruleName(rule), rule.expr, rule.labels] satisfies [
      Rule["kind"],
      ...unknown[],
    ]);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return fingerprintOf({ file, group: name, rule: key, count: String(count) });
  });
}
