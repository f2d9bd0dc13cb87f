/**
 * Sums with their rounding errors carried along (Kahan, with Neumaier's improvement): what Prometheus sums with, so that results agree to
 * the last bits. The two numbers live in an array, because two results of a function would allocate.
 */

/** [sum, compensation] */
export type KahanSum = [number, number];

/** Adds to `state` in place. */
export function kahanAdd(state: KahanSum, value: number): void {
  const [sum, c] = state;
  const total = sum + value;
  state[0] = total;
  if (!Number.isFinite(total) && !Number.isNaN(total)) state[1] = 0;
  else state[1] = Math.abs(sum) >= Math.abs(value) ? c + (sum - total + value) : c + (value - total + sum);
}

/** The compensation after adding `value` to `sum`, which gave `total`. */
export function compensation(value: number, sum: number, c: number, total: number): number {
  if (total === Infinity || total === -Infinity) return 0;
  return Math.abs(sum) >= Math.abs(value) ? c + (sum - total + value) : c + (value - total + sum);
}
