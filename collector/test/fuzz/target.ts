/** What every fuzz target is: one round with one source of randomness. A round that throws has found something. */
import type { Random } from "../kit/random.ts";

export interface FuzzTarget {
  readonly name: string;
  round(random: Random): void | Promise<void>;
}

/** A decoder's result, or undefined when it refused with one of the errors it may throw; any other error is a finding. */
export function accepted<T>(decode: () => T, ...refusals: (abstract new (...args: never[]) => Error)[]): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}
