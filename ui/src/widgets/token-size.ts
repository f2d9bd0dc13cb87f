/** A size token in CSS pixels, for geometry that is computed: `readPixels(this, "--row")` -> 28. 0 when the token is not a length. */
export function readPixels(at: Element, name: string): number {
  return Number.parseFloat(getComputedStyle(at).getPropertyValue(name)) || 0;
}
