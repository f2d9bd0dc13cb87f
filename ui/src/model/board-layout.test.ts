import { expect, test } from "vitest";
import type { WireBoardPanel } from "goldspan/contract";
import { addPanel, movePanel, readingOrder, removePanel, resizePanel, settle } from "./board-layout.ts";

function panel(title: string, x: number, y: number, w: number, h: number): WireBoardPanel {
  return { title, grid: { x, y, w, h }, type: "text", text: "" };
}

/** One line a panel: "a 0,0 12x6". */
function dump(panels: readonly WireBoardPanel[]): string[] {
  return panels.map(({ title, grid }) => `${title} ${grid.x},${grid.y} ${grid.w}x${grid.h}`);
}

const BOARD = [panel("a", 0, 0, 12, 6), panel("b", 12, 0, 12, 6), panel("c", 0, 6, 24, 4)];

test("a panel that is moved takes its place, what is in the way moves down", () => {
  expect(dump(movePanel(BOARD, 0, 12, 0))).toEqual(["a 12,0 12x6", "b 12,6 12x6", "c 0,12 24x4"]);
  expect(dump(movePanel(BOARD, 2, 0, -6))).toEqual(["a 0,4 12x6", "b 12,4 12x6", "c 0,0 24x4"]);
});

test("panels stay on the board", () => {
  expect(dump(movePanel(BOARD, 1, 99, -99))[1]).toBe("b 12,0 12x6");
  expect(dump(resizePanel(BOARD, 1, 99, 0))[1]).toBe("b 12,0 12x6");
  expect(dump(resizePanel(BOARD, 1, -99, -99))[1]).toBe("b 12,0 3x2");
});

test("a panel that grows pushes down what is below it", () => {
  expect(dump(resizePanel(BOARD, 0, 0, 3))).toEqual(["a 0,0 12x9", "b 12,0 12x6", "c 0,9 24x4"]);
});

test("a new panel stands beside the last one where there is room, else below all", () => {
  expect(dump(addPanel(BOARD, panel("d", 0, 0, 12, 6)))[3]).toBe("d 0,10 12x6");
  const withRoom = [...BOARD, panel("d", 0, 10, 12, 6)];
  expect(dump(addPanel(withRoom, panel("e", 0, 0, 12, 6)))[4]).toBe("e 12,10 12x6");
  expect(dump(addPanel([], panel("f", 5, 5, 12, 6)))).toEqual(["f 0,0 12x6"]);
});

test("panels of an import that lie on each other are pulled apart", () => {
  expect(dump(settle([panel("a", 0, 0, 12, 6), panel("b", 6, 3, 12, 6), panel("c", 0, 4, 4, 2)]))).toEqual([
    "a 0,0 12x6",
    "b 6,6 12x6",
    "c 0,6 4x2",
  ]);
});

test("the order of reading is by rows", () => {
  expect(readingOrder([BOARD[2], BOARD[1], BOARD[0]])).toEqual([2, 1, 0]);
  expect(dump(removePanel(BOARD, 1))).toEqual(["a 0,0 12x6", "c 0,6 24x4"]);
});
