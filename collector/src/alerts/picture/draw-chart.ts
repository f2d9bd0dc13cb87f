/** The chart of a picture: the signal around the alert's begin, with its threshold or what is normal, and where the alert began. SVG. */
import type { EvidenceChart } from "../channels/notification.ts";
import { formatClock, formatValue, timeTicks, valueTicks } from "./axis.ts";
import { COLORS } from "./palette.ts";
import { element, round, text } from "./svg.ts";
import { fitText, textWidth } from "./text-width.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const AXIS_WIDTH = 58;
const AXIS_HEIGHT = 24;
/** The title, and below it the flag of the begin. */
const TITLE_HEIGHT = 50;
const SIZE = 13;
const MOST_TIMES = 6;

export function drawChart(chart: EvidenceChart, activeAtMillis: number, place: Place): string {
  const { title, unit, times, values, threshold, band } = chart;
  const box: Place = {
    x: place.x + AXIS_WIDTH,
    y: place.y + TITLE_HEIGHT,
    width: place.width - AXIS_WIDTH,
    height: place.height - TITLE_HEIGHT - AXIS_HEIGHT,
  };
  const [start, end] = [times[0], times[times.length - 1]];
  const known = [...values, ...(band?.lower ?? []), ...(band?.upper ?? []), threshold ?? null].filter(
    (value) => value !== null,
  );
  const ticks = valueTicks(Math.min(0, ...known), Math.max(0, ...known) || 1);
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const xOf = (time: number) => box.x + ((time - start) / Math.max(1, end - start)) * box.width;
  const yOf = (value: number) => box.y + box.height - ((value - low) / (high - low)) * box.height;
  const points = times.map((time, i): Point => ({ time, value: values[i] }));
  const begin = Math.min(Math.max(activeAtMillis, start), end);
  return [
    text(fitText(title, place.width, SIZE), place.x, place.y + SIZE, { size: SIZE, color: COLORS.text2 }),
    drawBegin(xOf(begin), box),
    ...ticks.map((value) => drawTick(formatValue(value, unit), yOf(value), box)),
    ...timeTicks(start, end, MOST_TIMES).map((time) => drawTime(time, xOf(time), box)),
    band ? drawBand(band, times, xOf, yOf, box, low, high) : "",
    drawLine(points, begin, xOf, yOf, low),
    threshold === undefined ? "" : drawThreshold(threshold, unit, points, xOf, yOf, box),
    drawBeginMark(begin, xOf(begin), box),
  ].join("");
}

/** What is after the begin lies on another ground. */
function drawBegin(x: number, { x: left, y, width, height }: Place): string {
  return element("rect", { x, y, width: left + width - x, height, fill: COLORS.errorSoft });
}

function drawTick(label: string, y: number, { x, width }: Place): string {
  return (
    element("line", { x1: x, y1: y, x2: x + width, y2: y, stroke: COLORS.line, "stroke-width": 1 }) +
    text(label, x - 8, y + 4.5, { size: SIZE, color: COLORS.text3, anchor: "end" })
  );
}

function drawTime(time: number, x: number, { x: left, y, width, height }: Place): string {
  const label = formatClock(time);
  const half = textWidth(label, SIZE) / 2;
  // A mark at the edge keeps its label within the picture.
  const at = Math.min(Math.max(x, left + half), left + width - half);
  return text(label, at, y + height + 18, { size: SIZE, color: COLORS.text3, anchor: "middle" });
}

type Scale = (value: number) => number;

function drawBand(
  { lower, upper }: NonNullable<EvidenceChart["band"]>,
  times: readonly number[],
  xOf: Scale,
  yOf: Scale,
  box: Place,
  low: number,
  high: number,
): string {
  // A side without a bound reaches to the edge.
  const top = times.map((time, i) => `${round(xOf(time))} ${round(yOf(upper[i] ?? high))}`);
  const bottom = times.map((time, i) => `${round(xOf(time))} ${round(yOf(lower[i] ?? low))}`);
  const shape = element("path", {
    d: `M${top.join("L")}L${bottom.toReversed().join("L")}Z`,
    fill: COLORS.okSoft,
    "fill-opacity": 0.75,
  });
  const edge = yOf(upper[0] ?? high);
  return (
    shape + text("normal", box.x + 8, Math.min(edge + 17, box.y + box.height - 6), { size: SIZE, color: COLORS.ok })
  );
}

/** In two colours: before the begin, and after it. */
function drawLine(points: readonly Point[], begin: number, xOf: Scale, yOf: Scale, low: number): string {
  const before = points.filter(({ time }) => time <= begin);
  const after = points.filter(({ time }) => time > begin);
  const last = before.at(-1);
  // The two meet at the begin.
  if (last && last.value !== null && after[0] && after[0].value !== null) {
    const share = (begin - last.time) / (after[0].time - last.time);
    const meeting = { time: begin, value: last.value + share * (after[0].value - last.value) };
    before.push(meeting);
    after.unshift(meeting);
  }
  const parts = [
    { color: COLORS.accent, own: before },
    { color: COLORS.error, own: after },
  ];
  return parts.flatMap(({ color, own }) => runsOf(own).map((run) => drawRun(run, color, xOf, yOf, low))).join("");
}

interface Point {
  readonly time: number;
  readonly value: number | null;
}

type KnownPoint = Point & { readonly value: number };

/** Stretches without a gap. */
function runsOf(points: readonly Point[]): KnownPoint[][] {
  const runs: KnownPoint[][] = [];
  let run: KnownPoint[] | undefined;
  for (const { time, value } of points) {
    if (value === null) run = undefined;
    else if (run) run.push({ time, value });
    else runs.push((run = [{ time, value }]));
  }
  return runs;
}

function drawRun(run: readonly KnownPoint[], color: string, xOf: Scale, yOf: Scale, low: number): string {
  const points = run.map(({ time, value }) => `${round(xOf(time))} ${round(yOf(value))}`);
  const [first, last] = [xOf(run[0].time), xOf(run[run.length - 1].time)];
  if (run.length === 1) return element("circle", { cx: first, cy: yOf(run[0].value), r: 2.5, fill: color });
  const base = round(yOf(Math.max(0, low)));
  const area = `M${round(first)} ${base}L${points.join("L")}L${round(last)} ${base}Z`;
  return (
    element("path", { d: area, fill: color, "fill-opacity": 0.1 }) +
    element("path", {
      d: `M${points.join("L")}`,
      fill: "none",
      stroke: color,
      "stroke-width": 2.25,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
    })
  );
}

const LABEL_HEIGHT = 18;
/** Where the label of the threshold may stand: shares of the width. */
const LABEL_PLACES = [0.01, 0.2, 0.4, 0.6, 0.75];

/** Its label stands where the line is farthest from it. */
function drawThreshold(
  threshold: number,
  unit: string,
  points: readonly Point[],
  xOf: Scale,
  yOf: Scale,
  { x, y: top, width, height }: Place,
): string {
  const words = `threshold ${formatValue(threshold, unit)}`;
  const y = yOf(threshold);
  const space = textWidth(words, SIZE);
  const places = LABEL_PLACES.flatMap((share) => [
    { left: x + share * (width - space), middle: y - 10 },
    { left: x + share * (width - space), middle: y + 11 },
  ]).filter(({ middle }) => middle - LABEL_HEIGHT / 2 >= top && middle + LABEL_HEIGHT / 2 <= top + height);
  const distanceOf = ({ left, middle }: { left: number; middle: number }) => {
    const heights = points
      .filter(({ time }) => xOf(time) >= left - 8 && xOf(time) <= left + space + 8)
      .flatMap(({ value }) => (value === null ? [] : yOf(value) - middle));
    // Between two points the line crosses what lies between them.
    if (heights.some((height, i) => i > 0 && height * heights[i - 1] < 0)) return 0;
    return Math.min(LABEL_HEIGHT, ...heights.map(Math.abs));
  };
  const [best] = places.toSorted((a, b) => distanceOf(b) - distanceOf(a));
  const line = element("line", {
    x1: x,
    y1: y,
    x2: x + width,
    y2: y,
    stroke: COLORS.error,
    "stroke-width": 1.5,
    "stroke-dasharray": "6 4",
  });
  return best ? line + text(words, best.left, best.middle + 4.5, { size: SIZE, color: COLORS.error }) : line;
}

function drawBeginMark(time: number, x: number, { x: left, y, width, height }: Place): string {
  const label = `alert ${formatClock(time)} UTC`;
  const space = textWidth(label, SIZE, true) + 14;
  const at = Math.min(Math.max(left, x - space / 2), left + width - space);
  return (
    element("line", { x1: x, y1: y - 4, x2: x, y2: y + height, stroke: COLORS.error, "stroke-width": 1.5 }) +
    element("rect", { x: at, y: y - 22, width: space, height: 20, rx: 4, fill: COLORS.error }) +
    text(label, at + space / 2, y - 7.5, { size: SIZE, color: COLORS.surface, isStrong: true, anchor: "middle" })
  );
}
