import { expect, test } from "vitest";
import { arcPath, fitView, nameGrowth, nextNode, zoomView } from "./graph-view.ts";

test("all is shown, centred, as long as it can be read", () => {
  expect(fitView(1000, 500, 1000, 600)).toEqual({ scale: 1, x: 0, y: 50 });
  expect(fitView(100, 100, 1000, 600).scale).toBe(1.15);
});

test("of a large one the left part is shown rather than specks", () => {
  const view = fitView(4000, 3000, 1000, 600);
  expect(view.scale).toBe(0.8);
  expect(view.x).toBe(0);
  expect(fitView(4000, 3000, 1000, 600, 0)).toEqual({ scale: 0.2, x: 100, y: 0 });
});

test("a phone shows all of it, with names that grow against the scale", () => {
  const { scale, x } = fitView(1000, 500, 400, 700);
  expect([scale, x]).toEqual([0.4, 0]);
  expect(nameGrowth(scale)).toBe(2);
  expect([nameGrowth(1), nameGrowth(0.2)]).toEqual([1, 2.2]);
});

test("zooming leaves the point under the pointer where it is", () => {
  const view = { x: 10, y: 20, scale: 1 };
  const closer = zoomView(view, 2, 110, 70);
  expect([(110 - closer.x) / closer.scale, (70 - closer.y) / closer.scale]).toEqual([100, 50]);
  expect(zoomView(view, 1000, 0, 0).scale).toBe(3);
});

test("arrow keys go to the nearest node ahead", () => {
  const nodes = [
    { key: "a", x: 0, y: 0 },
    { key: "b", x: 200, y: 10 },
    { key: "c", x: 200, y: 150 },
    { key: "d", x: 0, y: 90 },
  ];
  const from = (key: string, arrow: string): string | undefined =>
    nextNode(nodes, nodes.find((node) => node.key === key) ?? nodes[0], arrow)?.key;
  expect([from("a", "ArrowRight"), from("b", "ArrowDown"), from("c", "ArrowLeft"), from("a", "ArrowUp")]).toEqual([
    "b",
    "c",
    "d",
    undefined,
  ]);
  expect(from("a", "x")).toBeUndefined();
});

test("arcs of more than half take the long way", () => {
  expect(arcPath(10, 0.25)).toBe("M0 -10A10 10 0 0 1 10.00 -0.00");
  expect(arcPath(10, 0.75)).toContain(" 1 1 -10.00");
  expect(arcPath(10, 1)).toContain("Z");
});
