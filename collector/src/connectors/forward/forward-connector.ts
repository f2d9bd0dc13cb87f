/** Hands every batch on to the target pipelines of its signal, as it is. */
import type { ConsumingComponent } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";

export function createForwardConnector(next: Consumers): ConsumingComponent {
  return { ...next };
}
