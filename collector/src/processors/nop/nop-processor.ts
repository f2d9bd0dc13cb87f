/** Hands every batch on as it is. */
import type { ConsumingComponent } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";

export function createNopProcessor(next: Consumers): ConsumingComponent {
  return { ...next };
}
