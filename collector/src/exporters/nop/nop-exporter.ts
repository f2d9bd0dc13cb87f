/** Takes every batch and keeps nothing. */
import type { ConsumingComponent } from "../../component/component.ts";

export function createNopExporter(): ConsumingComponent {
  const sink = { consume: async () => undefined };
  return { traces: sink, logs: sink, metrics: sink };
}
