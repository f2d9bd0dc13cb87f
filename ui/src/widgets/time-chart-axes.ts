/** The two axes of a chart over time: where ticks stand and what they say. In: size, scale, how to write a value; out: axes as uPlot takes them. */
import type { Interval } from "../base/interval.ts";
import { clockTicks } from "../base/ticks.ts";
import { nameTimes, yTicks, type YScale } from "./time-chart-layout.ts";

const PIXELS_PER_TICK = 80;
const PIXELS_PER_LEVEL = 45;

export interface AxisContent {
  /** Of the plot, CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly y: Interval;
  readonly scale: YScale;
  readonly tickUnit: number;
  readonly nameValue: (value: number | null) => string;
}

/** Of uPlot no more than what the axes ask for. */
interface Scaled {
  readonly scales: { readonly [key: string]: { min?: number; max?: number } };
}

/** Time below, values at the left. `look` is what both have in common. */
export function chartAxes<T extends object>(look: T, content: AxisContent) {
  const { width, height, y, scale, tickUnit, nameValue } = content;
  const count = width / PIXELS_PER_TICK;
  return [
    {
      ...look,
      size: 22,
      grid: { show: false },
      splits: (_plot: unknown, _axis: number, from: number, to: number) =>
        clockTicks(from, to, count).map((tick) => tick.millis),
      values: (plot: Scaled, splits: number[]) => nameTimes(splits, plot.scales.x, count),
    },
    {
      ...look,
      size: 56,
      splits: () => yTicks(y, scale, height / PIXELS_PER_LEVEL, tickUnit),
      values: (_plot: unknown, splits: number[]) => splits.map((value) => nameValue(value)),
    },
  ];
}
