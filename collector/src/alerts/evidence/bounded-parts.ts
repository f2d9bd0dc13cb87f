/**
 * Work in parts that may fail or be left out, within limits that hold for all of them together: time on the CPU, time on the clock, bytes.
 * A part that fails is told of and absent; what was found before stands.
 */
import { messageOf } from "../../base/errors.ts";
import { openScope, type WorkScope } from "../../base/work-scope.ts";
import { DEFAULT_EVIDENCE_LIMITS, type EvidenceLimits, type EvidenceTools } from "./gather.ts";

export class BoundedParts {
  readonly limits: EvidenceLimits;
  readonly #scope: WorkScope;
  readonly #log: EvidenceTools["log"];
  readonly #startedCpu = cpuMillis();
  readonly #missing: string[] = [];

  constructor({ limits, signal, log }: Pick<EvidenceTools, "limits" | "signal" | "log">) {
    this.limits = { ...DEFAULT_EVIDENCE_LIMITS, ...limits };
    this.#log = log;
    const work = { timeoutMillis: this.limits.wallMillis, maxBytes: this.limits.maxBytes, maxRows: 0 };
    this.#scope = openScope(signal, work, () => this.isUsedUp);
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** Of the CPU time. */
  get isUsedUp(): boolean {
    return cpuMillis() - this.#startedCpu > this.limits.cpuMillis;
  }

  /** Of the CPU time that was allowed, 0 to 1 and beyond. */
  get usedShare(): number {
    return (cpuMillis() - this.#startedCpu) / this.limits.cpuMillis;
  }

  /** What was left out, and why. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /** What the part gives, or the fallback when it fails or nothing is left for it. */
  async run<T>(name: string, fallback: T, part: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.isUsedUp || this.signal.aborted) {
      this.#missing.push(`${name}: no time was left`);
      return fallback;
    }
    try {
      return await part(this.signal);
    } catch (error) {
      this.#missing.push(`${name}: ${this.isUsedUp ? "it took too much time" : messageOf(error)}`);
      return fallback;
    }
  }

  close(alert: string): void {
    this.#scope.close();
    if (this.#missing.length > 0) this.#log.warn("cannot gather all evidence", { alert, missing: this.#missing });
  }
}

function cpuMillis(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
