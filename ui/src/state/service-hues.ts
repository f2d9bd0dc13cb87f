/**
 * Which of the 14 hues each service has: the same on every page and day, because the store keeps them. The shell fills this in;
 * a service it doesn't know yet gets a stable hue by its name until the server has told.
 */
import { hashText } from "../base/hash.ts";
import { derive, Signal, type ReadonlySignal } from "../base/signal.ts";

const HUE_COUNT = 14;

export type HueOf = (service: string) => number;

const hues = new Signal<ReadonlyMap<string, number>>(new Map());
const unknown = new Signal(0);
const asked = new Set<string>();

export const serviceHues: ReadonlySignal<ReadonlyMap<string, number>> = hues;

/** Counts up whenever a service without a known hue was drawn: time to ask the server again. */
export const unknownServices: ReadonlySignal<number> = unknown;

export function setServiceHues(colors: Readonly<Record<string, number>>): void {
  hues.value = new Map(Object.entries(colors));
}

/** What elements get by property: another function once the hues are known, so that they draw again. */
export const serviceHueOf: ReadonlySignal<HueOf> = derive(hues, () => (service: string) => hueOf(service));

/** 0 to HUE_COUNT - 1. */
export function hueOf(service: string): number {
  const known = hues.value.get(service);
  if (known !== undefined) return known % HUE_COUNT;
  if (!asked.has(service)) {
    asked.add(service);
    queueMicrotask(() => {
      unknown.value += 1;
    });
  }
  return hashText(service) % HUE_COUNT;
}
