/** Which samples each selector of an expression can ever ask for, so that all are fetched before the run, each but once. */
import type { Expr, VectorSelector } from "../parse/ast.ts";

export interface SelectorWindow {
  readonly selector: VectorSelector;
  /** Unix milliseconds, both inclusive. */
  readonly start: number;
  readonly end: number;
}

/** @param expr resolved */
export function selectorWindows(
  expr: Expr,
  start: number,
  end: number,
  lookback: number,
  subqueryStep: number,
): SelectorWindow[] {
  const windows: SelectorWindow[] = [];
  const add = (selector: VectorSelector, from: number, to: number, range: number) => {
    const offset = selector.offset as number;
    const [first, last] = selector.at === undefined ? [from, to] : [selector.at as number, selector.at as number];
    // Ranges and lookback are open at their beginning.
    const before = range > 0 ? range + (selector.extension ? lookback : 0) : lookback;
    const after = selector.extension === "smoothed" ? lookback : 0;
    windows.push({ selector, start: first - offset - before + 1, end: last - offset + after });
  };
  const visit = (node: Expr, from: number, to: number): void => {
    switch (node.kind) {
      case "vector":
        add(node, from, to, 0);
        break;
      case "matrix":
        add(node.selector, from, to, node.range as number);
        break;
      case "subquery": {
        const [first, last] = node.at === undefined ? [from, to] : [node.at as number, node.at as number];
        const offset = node.offset as number;
        const step = (node.step as number | undefined) ?? subqueryStep;
        visit(node.expr, first - offset - (node.range as number) - step, last - offset);
        break;
      }
      case "call":
        for (const arg of node.args) visit(arg, from, to);
        break;
      case "aggregate":
        if (node.param) visit(node.param, from, to);
        visit(node.expr, from, to);
        break;
      case "binary":
        visit(node.lhs, from, to);
        visit(node.rhs, from, to);
        break;
      case "unary":
      case "paren":
        visit(node.expr, from, to);
        break;
    }
  };
  visit(expr, start, end);
  return windows;
}
