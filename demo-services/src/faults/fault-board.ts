/**
 * The faults that are switched on in one process. Every fault ends by itself after its time, whoever switched it on and
 * whatever happened to them. In: fault requests. Out: the parameters of an active fault, and calls at start and end.
 */

import type { FaultName } from "./fault-catalogue.ts";
import type { FaultRequest } from "./parse-fault-request.ts";

export interface ActiveFault extends FaultRequest {
  /** Milliseconds since the epoch. */
  endsAtMillis: number;
}

/** What a fault does when it starts; the returned function undoes it. */
export type FaultEffect = (parameters: Record<string, number>) => () => void;

export interface FaultBoardOptions {
  effects?: Partial<Record<FaultName, FaultEffect>>;
  onChange?: (fault: FaultName, active: boolean, request: FaultRequest) => void;
}

export class FaultBoard {
  readonly #options: FaultBoardOptions;
  readonly #active = new Map<FaultName, { fault: ActiveFault; timer: NodeJS.Timeout; undo?: () => void }>();

  constructor(options: FaultBoardOptions = {}) {
    this.#options = options;
  }

  /** Switching on an active fault replaces it. */
  activate(request: FaultRequest): ActiveFault {
    this.clear(request.fault);
    const durationMillis = request.durationSeconds * 1000;
    const fault = { ...request, endsAtMillis: Date.now() + durationMillis };
    const timer = setTimeout(() => this.clear(request.fault), durationMillis);
    timer.unref();
    this.#active.set(request.fault, {
      fault,
      timer,
      undo: this.#options.effects?.[request.fault]?.(request.parameters),
    });
    this.#options.onChange?.(request.fault, true, request);
    return fault;
  }

  /** The parameters while the fault is on. */
  parameters(fault: FaultName): Record<string, number> | undefined {
    return this.#active.get(fault)?.fault.parameters;
  }

  /** True for the share of calls that the fault's `ratio` asks for. */
  strikes(fault: FaultName): boolean {
    const ratio = this.parameters(fault)?.ratio;
    return ratio !== undefined && Math.random() < ratio;
  }

  list(): ActiveFault[] {
    return [...this.#active.values()].map(({ fault }) => fault);
  }

  clear(fault: FaultName): void {
    const found = this.#active.get(fault);
    if (!found) return;
    clearTimeout(found.timer);
    this.#active.delete(fault);
    found.undo?.();
    this.#options.onChange?.(fault, false, found.fault);
  }

  clearAll(): void {
    for (const fault of this.#active.keys()) this.clear(fault); // deleting the entry under way is allowed in a Map
  }
}
