/**
 * Samples of a group's rules on their way to the store: written together, and early only where a later rule of the group asks for what
 * an earlier one made. A write costs a sync of the disk; a group of 100 rules would wait for 100 of them.
 */
import { messageOf } from "../../base/errors.ts";
import { labelValue, METRIC_NAME } from "../../model/labels.ts";
import type { StoreLog } from "../../store/store.ts";
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import type { QueryVector } from "../evaluate/query-vector.ts";
import type { RuleSample } from "../evaluate/rule-sample.ts";

export class SampleBuffer {
  readonly #write: (samples: readonly RuleSample[]) => Promise<void>;
  readonly #log: StoreLog;
  #samples: RuleSample[] = [];
  #names = new Set<string>();
  #failed = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(write: (samples: readonly RuleSample[]) => Promise<void>, log: StoreLog) {
    this.#write = write;
    this.#log = log;
  }

  /** Writes that failed since the start. */
  get failed(): number {
    return this.#failed;
  }

  readonly add = async (samples: readonly RuleSample[]): Promise<void> => {
    for (const sample of samples) {
      this.#samples.push(sample);
      this.#names.add(labelValue(sample.labels, METRIC_NAME));
    }
  };

  /** The query, behind the samples it may ask for. */
  before(query: QueryVector): QueryVector {
    return async (text, ...rest) => {
      if (this.#mayAskFor(text)) await this.flush();
      return query(text, ...rest);
    };
  }

  beforeFind(find: FindSamples): FindSamples {
    return async (...request) => {
      await this.flush();
      return find(...request);
    };
  }

  /** A write that fails costs the samples, not the rules: states are kept elsewhere. */
  flush(): Promise<void> {
    if (this.#samples.length > 0) this.#last = this.#last.then(() => this.#writeAll());
    // Also what somebody else began to write, who no longer waits for it.
    return this.#last;
  }

  async #writeAll(): Promise<void> {
    const samples = this.#samples;
    this.#samples = [];
    this.#names = new Set();
    try {
      await this.#write(samples);
    } catch (error) {
      this.#failed++;
      this.#log.warn("cannot write the samples of rules", { samples: samples.length, error: messageOf(error) });
    }
  }

  #mayAskFor(text: string): boolean {
    if (this.#samples.length === 0) return false;
    if (text.includes(METRIC_NAME)) return true;
    for (const name of this.#names) if (text.includes(name)) return true;
    // A selector without a name: {job="a"}. Names of metrics or functions stand before every other brace.
    return /(?:^|[^\w:"'])\s*\{/.test(text);
  }
}
