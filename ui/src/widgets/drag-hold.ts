/**
 * Puts work off while a mouse button is down on an element: what is dragged over must not be replaced under the pointer, or the drag is
 * lost. In: the element, work; the newest work is done as soon as the button is up and all others have heard of it.
 */
export class DragHold {
  private down = false;
  private later?: () => void;

  /** To be called for every element that takes the place of an earlier one. */
  watch(element: HTMLElement): void {
    element.addEventListener("mousedown", (event) => {
      if (event.button !== 0) return;
      this.down = true;
      window.addEventListener("mouseup", this.release, { once: true });
    });
    // A button that was let go where the window could not hear of it.
    element.addEventListener("mousemove", (event) => {
      if (this.down && event.buttons === 0) this.release();
    });
  }

  run(work: () => void): void {
    if (this.down) this.later = work;
    else work();
  }

  private readonly release = (): void => {
    const { later } = this;
    this.down = false;
    this.later = undefined;
    window.removeEventListener("mouseup", this.release);
    later?.();
  };
}
