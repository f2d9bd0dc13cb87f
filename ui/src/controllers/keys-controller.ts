/** Keeps a page's key bindings in the key map while the page is shown. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { addKeys, type KeyBinding } from "../state/key-map.ts";

export class KeysController implements ReactiveController {
  private readonly title: string;
  private readonly bindings: readonly KeyBinding[];
  private remove?: () => void;

  constructor(host: ReactiveControllerHost, title: string, bindings: readonly KeyBinding[]) {
    this.title = title;
    this.bindings = bindings;
    host.addController(this);
  }

  hostConnected(): void {
    this.remove = addKeys({ title: this.title, bindings: this.bindings });
  }

  hostDisconnected(): void {
    this.remove?.();
  }
}
