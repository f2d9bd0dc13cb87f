/** Series of entries by the labels that they keep, and what is gathered for each. */
import { LimitError } from "../../../base/work-scope.ts";
import { labelsKey, type Labels } from "../../../model/labels.ts";
import { keptLabels } from "../../metrics/run/labels.ts";
import { LEVEL_LABEL, SERVICE_LABEL } from "../label-names.ts";
import type { Grouping } from "../plan/leaf-grouping.ts";
import type { ServiceAndLevel } from "./count-columns.ts";
import { ERROR, type Entry } from "./entry.ts";

/** Of one range aggregation at a time. */
const MOST_SERIES = 100_000;
const MOST_KNOWN = 1000;

export class SeriesGroups<T> {
  readonly #byKey = new Map<string, { readonly labels: Labels; readonly state: T }>();
  /** Of the label lists that came last: entries of a block share theirs. */
  readonly #byLabels = new Map<Labels, T>();
  readonly #keep: (labels: Labels) => Labels;
  /** Sorted; undefined where labels are left out in place of kept. */
  readonly #names: readonly string[] | undefined;
  readonly #open: () => T;

  /**
   * @param grouping absent = all labels make a series
   * @param leftOut whatever the grouping says
   * @param open makes what is gathered for a new series
   */
  constructor(grouping: Grouping | undefined, leftOut: readonly string[], open: () => T) {
    const { labels = [], without = true } = grouping ?? {};
    // Errors are seen whatever a query groups by.
    this.#keep = keptLabels([...labels, ...leftOut], false);
    this.#names = without ? undefined : [...new Set([...labels, ERROR])].sort();
    this.#open = open;
  }

  ofEntry(entry: Entry): T {
    if (this.#names) {
      const kept: string[] = [];
      for (const name of this.#names) {
        const value = entry.get(name);
        if (value !== undefined && value !== "") kept.push(name, value);
      }
      return this.#find(kept);
    }
    const labels = entry.labels();
    const known = this.#byLabels.get(labels);
    if (known !== undefined) return known;
    const state = this.#find(this.#keep(labels));
    // Only lists that are a block's own come again.
    if (labels === entry.streamLabels && this.#byLabels.size < MOST_KNOWN) this.#byLabels.set(labels, state);
    return state;
  }

  /** @param names of the labels to keep, of service and level */
  of(stream: ServiceAndLevel, names: readonly string[]): T {
    const known = this.#byLabels.get(stream);
    if (known !== undefined) return known;
    const labels: string[] = [];
    if (names.includes(LEVEL_LABEL)) labels.push(LEVEL_LABEL, stream[1]);
    if (names.includes(SERVICE_LABEL)) labels.push(SERVICE_LABEL, stream[0]);
    const state = this.#find(labels);
    if (this.#byLabels.size >= MOST_KNOWN) this.#byLabels.clear();
    this.#byLabels.set(stream, state);
    return state;
  }

  list(): { readonly labels: Labels; readonly state: T }[] {
    return [...this.#byKey.values()];
  }

  #find(labels: Labels): T {
    const key = labelsKey(labels);
    let found = this.#byKey.get(key);
    if (!found) {
      if (this.#byKey.size >= MOST_SERIES)
        throw new LimitError(
          "rows",
          `a range aggregation comes to more than ${MOST_SERIES} series; sum by fewer labels`,
        );
      this.#byKey.set(key, (found = { labels, state: this.#open() }));
    }
    return found.state;
  }
}
