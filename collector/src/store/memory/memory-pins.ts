/** Pins of the engine in memory, which drops nothing: a pin is a note, and its size what the trace takes as OTLP. */
import { PinBudgetError, type PinnedTrace, type PinStore } from "../store.ts";

export interface PinnedSize {
  readonly spanCount: number;
  readonly logCount: number;
  readonly bytes: number;
}

/** @param measure what there is of a trace now */
export function createMemoryPins(measure: (traceId: Uint8Array) => Promise<PinnedSize>, maxBytes = 0): PinStore {
  const pins = new Map<string, { traceId: Uint8Array; reason: string; pinnedAtMillis: number }>();
  const hex = (id: Uint8Array) => Buffer.from(id).toString("hex");
  const list = (): Promise<PinnedTrace[]> =>
    Promise.all(
      [...pins.values()].reverse().map(async (pin) => ({ ...pin, isComplete: true, ...(await measure(pin.traceId)) })),
    );
  return {
    async pin(traceId, reason) {
      const size = await measure(traceId);
      if (size.spanCount + size.logCount === 0) return undefined;
      const used = (await list()).reduce((sum, { bytes }) => sum + bytes, 0);
      const known = pins.get(hex(traceId));
      if (!known && maxBytes > 0 && used + size.bytes > maxBytes) {
        throw new PinBudgetError(
          `cannot pin the trace: its copy takes ${size.bytes} bytes, and ${used} of ${maxBytes} are used; unpin another one`,
        );
      }
      pins.set(hex(traceId), { traceId, reason, pinnedAtMillis: known?.pinnedAtMillis ?? Date.now() });
      return (await list()).find((pin) => hex(pin.traceId) === hex(traceId));
    },
    unpin: async (traceId) => pins.delete(hex(traceId)),
    list,
  };
}
