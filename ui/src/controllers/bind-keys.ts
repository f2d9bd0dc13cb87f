/** Keeps key bindings in the key map for as long as an element is connected. */
import type { ReactiveControllerHost } from "lit";
import { addKeys, type KeyBinding } from "../state/key-map.ts";

export function bindKeys(host: ReactiveControllerHost, title: string, bindings: readonly KeyBinding[]): void {
  let remove: (() => void) | undefined;
  host.addController({
    hostConnected: () => {
      remove = addKeys({ title, bindings });
    },
    hostDisconnected: () => remove?.(),
  });
}
