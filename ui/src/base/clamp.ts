/** A number kept within bounds, both inclusive; NaN becomes the lower one. */
export function clamp(value: number, min: number, max: number): number {
  return value > max ? max : value >= min ? value : min;
}
