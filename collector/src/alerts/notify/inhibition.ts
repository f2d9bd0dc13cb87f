/** Inhibition: which firing alert silences another one. Pure; the firing alerts are given. */
import { isResolved, type Alert } from "./alert.ts";
import type { InhibitRuleConfig } from "./config/route-config.ts";
import { labelOf, type Labels } from "./labels.ts";
import { matchesAll } from "./matcher.ts";

interface Source {
  readonly alert: Alert;
  readonly isTarget: boolean;
}

/** Built once from the alerts that are firing, then asked for each alert: one look per rule. */
export class Inhibition {
  readonly #rules: { readonly config: InhibitRuleConfig; readonly sources: ReadonlyMap<string, Source[]> }[];

  constructor(rules: readonly InhibitRuleConfig[], alerts: Iterable<Alert>, now: number) {
    const firing = [...alerts].filter((alert) => !isResolved(alert, now));
    this.#rules = rules.map((config) => {
      const sources = new Map<string, Source[]>();
      for (const alert of firing) {
        if (!matchesAll(config.source, alert.labels)) continue;
        const key = equalKey(config, alert.labels);
        const source = { alert, isTarget: matchesAll(config.target, alert.labels) };
        const list = sources.get(key);
        if (list) list.push(source);
        else sources.set(key, [source]);
      }
      return { config, sources };
    });
  }

  /** The fingerprints of the alerts that inhibit these labels, one per rule; empty when nothing does. */
  inhibitedBy(labels: Labels): string[] {
    return this.#rules.flatMap(({ config, sources }) => {
      if (sources.size === 0 || !matchesAll(config.target, labels)) return [];
      // What matches both sides of a rule is not inhibited by its like, itself among them.
      const isSource = matchesAll(config.source, labels);
      const source = sources.get(equalKey(config, labels))?.find(({ isTarget }) => !(isSource && isTarget));
      return source ? [source.alert.fingerprint] : [];
    });
  }
}

/** A label that is missing on both sides is equal. */
function equalKey({ equal }: InhibitRuleConfig, labels: Labels): string {
  return JSON.stringify(equal.map((name) => labelOf(labels, name)));
}
