/** Plans traces: which spans, of which operations, when and how long. Log-normal durations, 8 to 60 spans, a tenth of them failing. */
import type { Random } from "../../test/kit/random.ts";
import { makeOperations, SERVICES, type Operation } from "./shop.ts";
import { USERS } from "./request-pool.ts";

export interface PlannedTrace {
  readonly id: Uint8Array;
  readonly user: number;
  readonly size: number;
}

export interface PlannedSpan {
  readonly trace: PlannedTrace;
  readonly spanId: Uint8Array;
  readonly parentId: Uint8Array | undefined;
  readonly operation: Operation;
  /** Service instance: 0 to 29. */
  readonly instance: number;
  /** Nanoseconds since the workload's start. */
  readonly start: number;
  readonly end: number;
  readonly error: boolean;
}

export class TracePlan {
  readonly #random: Random;
  readonly #operations: Operation[];
  readonly #spansPerSecond: number;
  /** When the newest trace began, in nanoseconds since the workload's start. */
  now = 0;

  /** @param spansPerSecond the workload's own clock: how far traces lie apart; a trace's own times don't depend on it */
  constructor(random: Random, spansPerSecond: number) {
    this.#random = random;
    this.#operations = makeOperations(random);
    this.#spansPerSecond = spansPerSecond;
  }

  /** 8 to 60, small ones more often. */
  planTrace(): PlannedSpan[] {
    const random = this.#random;
    const size = 8 + Math.floor(52 * random.next() ** 2 + 8 * random.next());
    this.now += (size / this.#spansPerSecond) * 1e9 * -Math.log(1 - random.next());
    return this.planTraceOf(size, this.now);
  }

  /** Large traces are wide: their depth stays near a hundred. */
  planTraceOf(size: number, begin: number): PlannedSpan[] {
    const random = this.#random;
    const trace = { id: this.#id(16), user: random.below(USERS), size };
    const failing = random.chance(0.1);
    const reach = Math.max(6, Math.floor(size / 50));
    const spans: PlannedSpan[] = [];
    for (let i = 0; i < size; i++) {
      const parent = i === 0 ? undefined : spans[Math.max(0, i - 1 - random.below(Math.min(i, reach)))];
      const operation = this.#pickOperation(parent?.operation.service);
      const sameService = parent?.operation.service === operation.service;
      const duration = operation.medianMicros * 1000 * Math.exp(gaussian(random) * 0.9);
      const start = parent ? parent.start + random.next() * Math.max(1000, (parent.end - parent.start) * 0.8) : begin;
      spans.push({
        trace,
        spanId: this.#id(8),
        parentId: parent?.spanId,
        operation,
        instance: operation.service * 2 + (sameService ? parent.instance & 1 : random.below(2)),
        start: Math.round(start),
        end: Math.round(start + duration),
        error: random.chance(failing ? 0.15 : 0.002),
      });
    }
    return spans;
  }

  #id(bytes: number): Uint8Array {
    const id = new Uint32Array(bytes / 4);
    for (let i = 0; i < id.length; i++) id[i] = this.#random.below(2 ** 32);
    return new Uint8Array(id.buffer);
  }

  #pickOperation(parentService: number | undefined): Operation {
    const random = this.#random;
    if (parentService === undefined) return this.#operations[random.below(4)];
    // Half of the children stay in their parent's service, the others go to one of a few it always calls.
    const service = random.chance(0.5) ? parentService : (parentService * 3 + 1 + random.below(3)) % SERVICES.length;
    return this.#operations[service * 4 + random.below(4)];
  }
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
