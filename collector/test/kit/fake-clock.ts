/** Time that moves when the test says so: timers and Date, through vitest's fake timers. Call `restore` in afterEach. */
import { vi } from "vitest";

export class FakeClock {
  constructor(nowMillis = Date.UTC(2024, 0, 1)) {
    vi.useFakeTimers({
      now: nowMillis,
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
    });
  }

  get now(): number {
    return Date.now();
  }

  /** Runs what is due in between, and the promises that follow from it. */
  async advance(millis: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(millis);
  }

  restore(): void {
    vi.useRealTimers();
  }
}
