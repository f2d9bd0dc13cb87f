/** The size of an element in CSS pixels, measured after layout and told when it changes. 0 x 0 until it is first known. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export class SizeController implements ReactiveController {
  width = 0;
  height = 0;
  private readonly host: ReactiveControllerHost & Element;
  private readonly observer: ResizeObserver;

  constructor(host: ReactiveControllerHost & Element) {
    this.host = host;
    this.observer = new ResizeObserver((entries) => {
      const { width, height } = entries[entries.length - 1].contentRect;
      if (width === this.width && height === this.height) return;
      this.width = width;
      this.height = height;
      this.host.requestUpdate();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
