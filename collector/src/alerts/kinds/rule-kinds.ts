/**
 * Evaluates rules of Goldspan's kinds: a rule and a time in, samples out. Knows the store only; the time comes from outside and goes
 * forward. One for all rules, so that they share reads and statistics; the code of a kind is loaded with the first rule of it.
 */
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import type { DocumentStore, StoreReader } from "../../store/store.ts";
import type { BaselineSource, SloSource } from "../rules/rule-source.ts";
import type { AbsenceState } from "./absence.ts";
import type { BandOverTime, BandRange } from "./baseline-band.ts";
import { BaselineHistory } from "./history/baseline-history.ts";
import { PresenceHistory } from "./history/presence.ts";
import { SloHistory, sloKey } from "./history/slo-history.ts";
import { createShares, type KindDocuments, type KindTools } from "./kind-tools.ts";
import { readerWithin } from "./reader-within.ts";

/** Longer without any evaluation is a pause, in which nobody may have counted. */
const PAUSE_MILLIS = 900_000;
/** Objectives of rules that were changed are forgotten beyond it. */
const MOST_SLOS = 500;

export interface KindParts {
  readonly reader: StoreReader;
  /** Absent: statistics are made anew after a restart. */
  readonly documents?: Pick<DocumentStore, "get" | "list" | "put">;
}

export class RuleKinds {
  readonly #reader: StoreReader;
  readonly #documents: KindDocuments;
  readonly #shares = createShares();
  readonly #history: BaselineHistory;
  readonly #absence: Pick<AbsenceState, "presence" | "lastLogs">;
  readonly #slos = new Map<string, SloHistory>();
  #sinceMillis = Infinity;
  #lastMillis = -Infinity;

  constructor({ reader, documents }: KindParts) {
    const from = documents ?? reader.documents;
    const put = async (collection: string, key: string, value: unknown) => {
      await documents?.put(collection, key, value);
      return documents !== undefined;
    };
    this.#reader = reader;
    this.#documents = {
      get: (collection, key) => from.get(collection, key),
      list: (collection) => from.list(collection),
      put,
    };
    this.#history = new BaselineHistory(this.#documents);
    this.#absence = { presence: new PresenceHistory(this.#documents), lastLogs: new Map() };
  }

  /** @param signal of all that is read with them */
  tools(signal?: AbortSignal): KindTools {
    const reader = signal ? readerWithin(this.#reader, signal) : this.#reader;
    return { reader, documents: this.#documents, share: this.#shares(signal), signal };
  }

  /** Of rules with equal settings the same. */
  slo(source: SloSource): SloHistory {
    const key = sloKey(source);
    const known = this.#slos.get(key);
    if (known) return known;
    if (this.#slos.size >= MOST_SLOS) this.#slos.clear();
    const history = new SloHistory(this.#documents, source);
    this.#slos.set(key, history);
    return history;
  }

  /** What is normal for whatever the labels name, over a range: for charts of the rule's alerts. */
  async band(
    source: BaselineSource,
    labels: Readonly<Record<string, string>>,
    range: BandRange,
    signal?: AbortSignal,
  ): Promise<BandOverTime> {
    const { bandOverTime } = await import("./baseline-band.ts");
    return bandOverTime(this.tools(signal), this.#history, source, labels, range);
  }

  /** Rejects with RuleError, QueryError, LimitError or AbortedError. */
  readonly find: FindSamples = async ({ source }, timeMillis, signal) => {
    this.#follow(timeMillis);
    const tools = this.tools(signal);
    switch (source.kind) {
      case "baseline":
        return (await import("./baseline.ts")).findDeviations(tools, this.#history, source, timeMillis);
      case "logs":
        return (await import("./logs.ts")).findLogCounts(tools, source, timeMillis);
      case "traces":
        return (await import("./traces.ts")).findSpans(tools, source, timeMillis);
      case "absence": {
        const { findAbsent } = await import("./absence.ts");
        return findAbsent(tools, { ...this.#absence, sinceMillis: this.#sinceMillis }, source, timeMillis);
      }
      case "slo": {
        const { findBurns } = await import("./slo.ts");
        return findBurns(tools, this.slo(source), source, timeMillis);
      }
      case "new_error":
        return (await import("./new-error.ts")).findNewErrors(tools, source, timeMillis);
    }
  };

  #follow(timeMillis: number): void {
    if (timeMillis - this.#lastMillis > PAUSE_MILLIS) this.#sinceMillis = timeMillis;
    this.#lastMillis = Math.max(timeMillis, this.#lastMillis);
  }
}
