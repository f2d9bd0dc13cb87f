/** Draws an element anew when light turns to dark or back: canvases hold colours, not tokens. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class ColorSchemeController implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly system = window.matchMedia("(prefers-color-scheme: dark)");
  private readonly attributes = new MutationObserver(() => this.host.requestUpdate());
  private readonly onChange = (): void => this.host.requestUpdate();

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.system.addEventListener("change", this.onChange);
    this.attributes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  hostDisconnected(): void {
    this.system.removeEventListener("change", this.onChange);
    this.attributes.disconnect();
  }
}
