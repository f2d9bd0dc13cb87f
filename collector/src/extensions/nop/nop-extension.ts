/** Does nothing. */
import type { ExtensionInstance } from "../../component/component.ts";

export function createNopExtension(): ExtensionInstance {
  return {};
}
