/** The miniature waterfall of a picture: a row a span, in the colours that services have in the UI, and where the trouble began. SVG. */
import { formatMillis } from "../evidence/format-figures.ts";
import type { EvidenceBar, EvidenceWaterfall } from "../channels/notification.ts";
import { COLORS, serviceColor } from "./palette.ts";
import { element, text } from "./svg.ts";
import { fitText, textWidth } from "./text-width.ts";

const ROW = 25;
const TITLE_HEIGHT = 28;
const SIZE = 13;
const INDENT = 10;
const MOST_INDENTS = 6;
const NAME_SHARE = 0.4;
const BAR = 15;
const LEAST_BAR = 2.5;
/** Durations stand in a column of their own. */
const LABEL_WIDTH = 92;

export function waterfallHeight({ rows }: EvidenceWaterfall): number {
  return TITLE_HEIGHT + rows.length * ROW;
}

export function drawWaterfall(
  waterfall: EvidenceWaterfall,
  hueOf: (service: string) => number | undefined,
  place: { readonly x: number; readonly y: number; readonly width: number },
): string {
  const { traceId, durationMs, spanCount, rows } = waterfall;
  const title = `Trace ${traceId.slice(0, 8)} · ${formatMillis(durationMs)}`;
  const hidden = spanCount - rows.length;
  const more =
    hidden > 0 ? `${rows.length} of ${spanCount} spans` : `${spanCount} ${spanCount === 1 ? "span" : "spans"}`;
  const top = place.y + TITLE_HEIGHT;
  return [
    text(title, place.x, place.y + SIZE, { size: SIZE, color: COLORS.text2 }),
    text(more, place.x + place.width, place.y + SIZE, { size: SIZE, color: COLORS.text3, anchor: "end" }),
    drawScale(top, rows.length * ROW, place),
    ...rows.map((row, i) => drawRow(row, hueOf(row.service), { ...place, y: top + i * ROW })),
  ].join("");
}

function drawScale(y: number, height: number, { x, width }: { x: number; width: number }): string {
  const left = x + width * NAME_SHARE;
  const part = width * (1 - NAME_SHARE) - LABEL_WIDTH;
  return [0, 0.25, 0.5, 0.75, 1]
    .map((share) => {
      const at = left + part * share;
      return element("line", { x1: at, y1: y, x2: at, y2: y + height, stroke: COLORS.line, "stroke-width": 1 });
    })
    .join("");
}

function drawRow(row: EvidenceBar, hue: number | undefined, place: { x: number; y: number; width: number }): string {
  const { service, operation, depth, isCause, count } = row;
  const { x, y, width } = place;
  const color = serviceColor(hue);
  const middle = y + ROW / 2;
  const indent = Math.min(depth, MOST_INDENTS) * INDENT;
  const names = width * NAME_SHARE - indent - 26;
  const own = fitText(service, names * 0.6, SIZE, true);
  const left = x + 16 + indent;
  const used = textWidth(own, SIZE, true) + 6;
  const ground = isCause
    ? element("rect", { x: x - 8, y: y + 1, width: width + 16, height: ROW - 2, rx: 4, fill: COLORS.errorSoft })
    : "";
  return [
    ground,
    element("circle", { cx: x + 5 + indent, cy: middle, r: 4.5, fill: color }),
    text(own, left, middle + 4.5, { size: SIZE, color: COLORS.text, isStrong: true }),
    text(fitText(count > 1 ? `${count}× ${operation}` : operation, names - used, SIZE), left + used, middle + 4.5, {
      size: SIZE,
      color: isCause ? COLORS.error : COLORS.text2,
    }),
    drawBar(row, color, { x: x + width * NAME_SHARE, y: middle, width: width * (1 - NAME_SHARE) }),
  ].join("");
}

function drawBar(
  bar: EvidenceBar,
  color: string,
  place: { readonly x: number; readonly y: number; readonly width: number },
): string {
  const { isCause, durationMs, error, others } = bar;
  const label = `${formatMillis(durationMs)}${error ? " error" : ""}`;
  const isMarked = error || isCause;
  const style = {
    size: SIZE,
    color: isMarked ? COLORS.error : COLORS.text2,
    isStrong: isCause,
    anchor: "end",
  } as const;
  const bars = { ...place, width: place.width - LABEL_WIDTH };
  const shapes = [...others, bar].map((one) => drawShape(one, color, isMarked, bars));
  return shapes.join("") + text(label, place.x + place.width, place.y + 4.5, style);
}

function drawShape(
  bar: { readonly offset: number; readonly width: number },
  color: string,
  isMarked: boolean,
  place: { readonly x: number; readonly y: number; readonly width: number },
): string {
  const [left, right] = extentOf(bar, place);
  return element("rect", {
    x: left,
    y: place.y - BAR / 2,
    width: right - left,
    height: BAR,
    rx: Math.min(3, (right - left) / 2),
    fill: color,
    stroke: isMarked ? COLORS.error : undefined,
    "stroke-width": isMarked ? 1.75 : undefined,
  });
}

/** Left and right edge. */
function extentOf(
  bar: { readonly offset: number; readonly width: number },
  { x, width }: { readonly x: number; readonly width: number },
): [number, number] {
  const wide = Math.max(LEAST_BAR, bar.width * width);
  const left = Math.min(x + bar.offset * width, x + width - wide);
  return [left, left + wide];
}
