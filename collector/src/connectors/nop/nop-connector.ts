/** Takes every batch of its source pipelines and gives nothing to its target pipelines. */
import type { ConsumingComponent } from "../../component/component.ts";

export function createNopConnector(): ConsumingComponent {
  const sink = { consume: async () => undefined };
  return { traces: sink, logs: sink, metrics: sink };
}
