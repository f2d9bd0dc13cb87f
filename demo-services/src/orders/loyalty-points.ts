/**
 * Points for an order. `buggy` is how version 1.9.0 of orders counts them: it reads a field that lines do not have, so
 * that orders of more than one line fail. `overflow` is the fault `new_error`. Pure.
 */

import type { Line } from "../chassis/parse-fields.ts";

export class LoyaltyPointsOverflowError extends Error {
  override name = "LoyaltyPointsOverflowError";
}

const POINTS_PER_ITEM = 5;

export function awardPoints(lines: Line[], { buggy, overflow }: { buggy: boolean; overflow: boolean }): number {
  if (overflow) throw new LoyaltyPointsOverflowError("cannot award points: the balance would exceed 65535");
  if (buggy && lines.length > 1) {
    return lines.reduce((points, line) => points + (line as Line & { bonus: { points: number } }).bonus.points, 0);
  }
  return lines.reduce((points, { quantity }) => points + quantity * POINTS_PER_ITEM, 0);
}
