/** A window over a list of numbers: rank 0 holds 0, so every row tells whether it stands where it belongs. */
import { expect, test } from "vitest";
import { LogWindow, type WantedPage } from "./log-window.ts";

const PAGE = 200;

/** A server of `total` rows; `pivot` is the rank of the first row below the window's start. */
class Server {
  readonly asked: WantedPage[] = [];
  private readonly total: number;
  private readonly pivot: number;

  constructor(total: number, pivot = 0) {
    this.total = total;
    this.pivot = pivot;
  }

  page({ direction, cursor }: WantedPage): { rows: number[]; cursor?: string } {
    const skip = Number(cursor ?? 0);
    const end = direction === "down" ? this.total - this.pivot : this.pivot;
    const count = Math.min(PAGE, end - skip);
    const rows = Array.from({ length: count }, (_, index) =>
      direction === "down" ? this.pivot + skip + index : this.pivot - 1 - skip - index,
    );
    return { rows, ...(skip + count < end ? { cursor: String(skip + count) } : {}) };
  }

  /** Loads what a view needs; follows shifts as a list on a screen does. @returns where the view is then */
  show(window: LogWindow<number>, first: number, height = 40): number {
    let at = first;
    for (let turn = 0; turn < 1000; turn++) {
      const wanted = window.wanted(at, at + height);
      if (!wanted) return at;
      this.asked.push(wanted);
      at += window.take(wanted, this.page(wanted), { first: at, last: at + height });
    }
    throw new Error("it never has enough");
  }
}

test("from the newest on, ranks are exact at once", () => {
  const window = new LogWindow<number>({ rank: 0, isNewest: true });
  const server = new Server(450);
  expect(window.isEmpty).toBe(true);
  server.show(window, 0);
  expect([0, 150, 199].map((rank) => window.rowAt(rank))).toEqual([0, 150, 199]);
  expect(window.total).toBe(400);
  window.expect(450);
  expect(window.total).toBe(450);
  server.show(window, 400);
  expect(window.rowAt(449)).toBe(449);
  expect(window.rowAt(450)).toBeUndefined();
  expect([window.total, window.isWhole]).toEqual([450, true]);
});

test("an empty list is whole after one page", () => {
  const window = new LogWindow<number>({ rank: 0, isNewest: true });
  new Server(0).show(window, 0);
  expect([window.total, window.isWhole, window.isEmpty]).toEqual([0, true, false]);
});

test("memory is bounded, and pages that were let go come again by their cursor", () => {
  const window = new LogWindow<number>({ rank: 0, isNewest: true });
  const server = new Server(100_000);
  for (let at = 0; at < 30_000; at += 100) server.show(window, at);
  expect(window.held).toBeLessThanOrEqual(20 * PAGE);
  expect(window.rowAt(0)).toBeUndefined();
  server.asked.length = 0;
  server.show(window, 0);
  expect(server.asked[0]).toEqual({ direction: "down", page: 0, cursor: undefined });
  expect(window.rowAt(10)).toBe(10);
  expect(window.held).toBeLessThanOrEqual(20 * PAGE);
});

test("from the middle both directions can be scrolled, and the newest end corrects a wrong guess without moving the view", () => {
  for (const guess of [400, 900, 2]) {
    const window = new LogWindow<number>({ rank: guess, isNewest: false });
    window.expect(5000);
    const server = new Server(5000, 500);
    let at = server.show(window, guess);
    expect(window.rowAt(at)).toBe(500);
    for (let turn = 0; turn < 40; turn++) {
      const row = window.rowAt(at);
      const next = server.show(window, at - 20);
      expect(window.rowAt(next)).toBe(Math.max(0, (row ?? 0) - 20));
      at = next;
      if (at <= 20) break;
    }
    expect(window.rowAt(0)).toBe(0);
    expect(window.rowAt(650)).toBe(650);
  }
});

test("a better guess moves ranks until the newest end is known", () => {
  const window = new LogWindow<number>({ rank: 200, isNewest: false });
  const server = new Server(5000, 300);
  const at = server.show(window, 200);
  expect(window.rowAt(at)).toBe(300);
  expect(window.place(310)).toBe(310 - at);
  expect(window.rowAt(310)).toBe(300);
  server.show(window, 20);
  expect([window.place(310), window.rowAt(0)]).toEqual([0, 0]);
  const early = new LogWindow<number>({ rank: 0, isNewest: false });
  expect(early.place(310)).toBe(310);
  expect(early.known).toEqual({ first: 310, last: 310 });
});

test("the oldest end corrects a wrong guess, too", () => {
  const window = new LogWindow<number>({ rank: 4600, isNewest: false });
  window.expect(5000);
  const server = new Server(5000, 4900);
  const at = server.show(window, 4600);
  expect(window.rowAt(at)).toBe(4900);
  expect(at).toBe(4900);
  expect(window.total).toBe(5000);
});

test("what lies far from everything known is not walked to", () => {
  const window = new LogWindow<number>({ rank: 0, isNewest: true });
  window.expect(1_000_000);
  new Server(1_000_000).show(window, 0);
  expect(window.isBeyond(1000, 1040)).toBe(false);
  expect(window.isBeyond(500_000, 500_040)).toBe(true);
});

test("rows of a page on its way are shown, and are none twice", () => {
  const window = new LogWindow<number>({ rank: 0, isNewest: true });
  const first = window.wanted(0, 10);
  if (!first) throw new Error("nothing is wanted");
  window.showPartial(first, [0, 1]);
  expect([window.rowAt(1), window.isEmpty, window.rankOf((row) => row === 1)]).toEqual([1, false, 1]);
  window.take(first, { rows: [0, 1, 2] }, { first: 0, last: 10 });
  expect([window.rowAt(2), window.total]).toEqual([2, 3]);
});
