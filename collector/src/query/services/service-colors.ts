/**
 * Which of the 14 hues a service has: given when it is first seen (one of the least used, far from those in use, by a stable hash of its name) and
 * kept in the store, so that it is the same on every page and every day.
 */
import { hashBytes } from "../../base/hash.ts";
import type { DocumentStore } from "../../store/store.ts";

export const SERVICE_HUES = 14;
const COLLECTION = "service_color";

export async function serviceColors(
  documents: Pick<DocumentStore, "list" | "add">,
  services: readonly string[],
): Promise<Map<string, number>> {
  const known = new Map((await documents.list(COLLECTION)).map(({ key, value }) => [key, Number(value)]));
  for (const service of services) {
    if (known.has(service)) continue;
    known.set(service, Number(await documents.add(COLLECTION, service, chooseHue(service, [...known.values()]))));
  }
  return known;
}

/** Of the least used hues those farthest from the ones in use, so that few services look unlike; the name's hash decides among them. */
export function chooseHue(service: string, used: readonly number[]): number {
  const counts = new Array<number>(SERVICE_HUES).fill(0);
  for (const hue of used) counts[hue]++;
  const least = Math.min(...counts);
  const free = counts.flatMap((count, hue) => (count === least ? [hue] : []));
  const busy = counts.flatMap((count, hue) => (count > least ? [hue] : []));
  const distance = (hue: number) => Math.min(SERVICE_HUES, ...busy.map((other) => circular(hue, other)));
  const farthest = Math.max(...free.map(distance));
  const best = free.filter((hue) => distance(hue) === farthest);
  const name = new TextEncoder().encode(service);
  return best[(hashBytes(name, 0, name.length, 0) >>> 0) % best.length];
}

/** Steps around the colour circle. */
function circular(a: number, b: number): number {
  const steps = Math.abs(a - b);
  return Math.min(steps, SERVICE_HUES - steps);
}
