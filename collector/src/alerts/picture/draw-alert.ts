/**
 * An alert as a picture: what it is, the chart of its signal, the miniature waterfall of a trace that shows it, and what its evidence says
 * in two or three lines. Light, and large enough to be read where chats make it small. SVG; pure.
 */
import type { Evidence } from "../channels/notification.ts";
import { formatClock } from "./axis.ts";
import { drawChart } from "./draw-chart.ts";
import { drawWaterfall, waterfallHeight } from "./draw-waterfall.ts";
import { COLORS, serviceColor } from "./palette.ts";
import { element, FAMILY, text } from "./svg.ts";
import { fitText, textWidth, wrapText } from "./text-width.ts";

export interface AlertPicture {
  readonly evidence: Evidence;
  /** The alert's name. */
  readonly title: string;
  /** What is wrong, in a sentence; "" = there is none. */
  readonly summary: string;
  readonly isResolved: boolean;
  readonly activeAtMillis: number;
  /** Number of a service's hue, see query/services/service-colors.ts. */
  readonly hueOf: (service: string) => number | undefined;
}

export const PICTURE_WIDTH = 680;
const MARGIN = 24;
const CHART_HEIGHT = 236;
const GAP = 20;
const SIZE = 14;
const TITLE_SIZE = 19;
const MOST_FACTS = 3;

/** Undefined: there is nothing to draw. */
export function drawAlert(picture: AlertPicture): string | undefined {
  const { evidence, activeAtMillis, hueOf } = picture;
  const { chart, waterfall } = evidence;
  const isDrawn = chart !== undefined && chart.values.some((value) => value !== null);
  if (!isDrawn && !waterfall) return undefined;
  const width = PICTURE_WIDTH - 2 * MARGIN;
  const parts: string[] = [];
  let y = MARGIN;
  const head = drawHead(picture, MARGIN, y, width);
  parts.push(head.svg);
  y += head.height + GAP;
  if (isDrawn) {
    parts.push(drawChart(chart, activeAtMillis, { x: MARGIN, y, width, height: CHART_HEIGHT }));
    y += CHART_HEIGHT + GAP;
  }
  if (waterfall) {
    parts.push(drawWaterfall(waterfall, hueOf, { x: MARGIN, y, width }));
    y += waterfallHeight(waterfall) + GAP;
  }
  const facts = drawFacts(evidence, MARGIN, y, width);
  if (facts.height > 0) {
    parts.push(facts.svg);
    y += facts.height + GAP;
  }
  const height = Math.ceil(y - GAP + MARGIN);
  const size = { width: PICTURE_WIDTH, height };
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      ...size,
      viewBox: `0 0 ${size.width} ${size.height}`,
      "font-family": FAMILY,
    },
    [
      element("rect", { ...size, fill: COLORS.surface }),
      element("rect", { width: 6, height, fill: picture.isResolved ? COLORS.ok : COLORS.error }),
      ...parts,
    ].join(""),
  );
}

interface Drawn {
  readonly svg: string;
  readonly height: number;
}

function drawHead(picture: AlertPicture, x: number, y: number, width: number): Drawn {
  const { title, summary, isResolved, evidence, hueOf, activeAtMillis } = picture;
  const { service, operation } = evidence;
  const color = isResolved ? COLORS.ok : COLORS.error;
  const state = isResolved ? "RESOLVED" : "FIRING";
  const chip = textWidth(state, 12, true) + 16;
  const since = `since ${formatClock(activeAtMillis)} UTC`;
  const svg = [
    element("rect", { x, y, width: chip, height: 22, rx: 4, fill: color }),
    text(state, x + chip / 2, y + 15.5, { size: 12, color: COLORS.surface, isStrong: true, anchor: "middle" }),
    text(fitText(title, width - chip - 12 - textWidth(since, SIZE) - 16, TITLE_SIZE, true), x + chip + 12, y + 18, {
      size: TITLE_SIZE,
      color: COLORS.text,
      isStrong: true,
    }),
    text(since, x + width, y + 16.5, { size: SIZE, color: COLORS.text3, anchor: "end" }),
  ];
  let height = 22;
  if (service !== "") {
    height += 26;
    const own = fitText(service, width * 0.5, 15, true);
    const used = textWidth(own, 15, true) + 24;
    svg.push(
      element("circle", { cx: x + 6, cy: y + height - 5, r: 5.5, fill: serviceColor(hueOf(service)) }),
      text(own, x + 18, y + height, { size: 15, color: COLORS.text, isStrong: true }),
      text(fitText(operation, width - used, 15), x + used, y + height, { size: 15, color: COLORS.text2 }),
    );
  }
  if (summary !== "") {
    for (const line of wrapText(summary.replace(/\s+/g, " "), width, SIZE, 2)) {
      height += 22;
      svg.push(text(line, x, y + height, { size: SIZE, color: COLORS.text2 }));
    }
  }
  return { svg: svg.join(""), height: height + 6 };
}

/** Label and sentence: what the picture shows, said. */
function factsOf({ brokeFirst, releaseChange, attributes = [] }: Evidence): [string, string][] {
  const facts: [string, string][] = [];
  if (brokeFirst) {
    const { service, text: name, detail, kind } = brokeFirst;
    facts.push([
      "Broke first",
      `${service}${kind === "log" ? ", log: " : " "}${name}${detail === "" ? "" : ` – ${detail}`}`,
    ]);
  }
  if (releaseChange) {
    const { service, version, before, firstSeen } = releaseChange;
    const was = before === "" ? "" : ` (before ${before})`;
    facts.push(["Since release", `${service} ${version}${was}, first seen ${formatClock(firstSeen)} UTC`]);
  }
  const [most] = attributes;
  if (most) {
    const [bad, good] = [most.badShare, most.goodShare].map((share) => `${Math.round(share * 100)} %`);
    facts.push(["Differs", `${most.key}=${most.value} in ${bad} of bad requests, ${good} of good ones`]);
  }
  return facts.slice(0, MOST_FACTS);
}

function drawFacts(evidence: Evidence, x: number, y: number, width: number): Drawn {
  const facts = factsOf(evidence);
  if (facts.length === 0) return { svg: "", height: 0 };
  const labels = Math.max(...facts.map(([label]) => textWidth(label, SIZE, true))) + 16;
  const svg = [element("line", { x1: x, y1: y, x2: x + width, y2: y, stroke: COLORS.line, "stroke-width": 1 })];
  let height = 4;
  for (const [label, sentence] of facts) {
    for (const [i, line] of wrapText(sentence.replace(/\s+/g, " "), width - labels, SIZE, 2).entries()) {
      height += i === 0 ? 24 : 20;
      if (i === 0) svg.push(text(label, x, y + height, { size: SIZE, color: COLORS.text, isStrong: true }));
      svg.push(text(line, x + labels, y + height, { size: SIZE, color: COLORS.text2 }));
    }
  }
  return { svg: svg.join(""), height: height + 4 };
}
