/** A progress bar on a terminal, drawn in place a few times a second; elsewhere silent, or a line a step. */
import type { OutputStream } from "./streams.ts";

const WIDTH = 30;
const REDRAW_MILLIS = 100;

export class Progress {
  readonly #stream: OutputStream;
  readonly #now: () => number;
  readonly #steps: boolean;
  #drawnAt = -Infinity;
  #step = "";
  #isDrawn = false;

  /** @param steps on no terminal, write a line for each new text */
  constructor(stream: OutputStream, now: () => number, steps: boolean) {
    this.#stream = stream;
    this.#now = now;
    this.#steps = steps;
  }

  /** @param done 0 to 1 */
  show(text: string, done: number): void {
    if (!this.#stream.isTTY) {
      if (this.#steps && text !== this.#step) this.#stream.write(`${(this.#step = text)}\n`);
      return;
    }
    if (this.#now() - this.#drawnAt < REDRAW_MILLIS) return;
    this.#drawnAt = this.#now();
    this.#isDrawn = true;
    const share = Math.min(1, Math.max(0, done));
    const full = Math.round(share * WIDTH);
    const percent = String(Math.floor(share * 100)).padStart(3);
    this.#stream.write(`\r\x1b[K${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${percent} % ${text}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isDrawn) this.#stream.write("\r\x1b[K");
    this.#isDrawn = false;
  }
}
