/** Pictures of alerts: what is in them, and that they are images. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Evidence } from "../channels/notification.ts";
import type { KnownAlert } from "../engine/alerting-service.ts";
import { formatValue, timeTicks, valueTicks } from "./axis.ts";
import { drawAlert, PICTURE_WIDTH, type AlertPicture } from "./draw-alert.ts";
import { drawPicture, paint } from "./draw-picture.ts";
import { pictureOfEpisode } from "./picture-of-alert.ts";
import { oklch, SERVICE_HUES_DEGREES, serviceColor } from "./palette.ts";
import { fitText, textWidth, wrapText } from "./text-width.ts";

const BEGIN = Date.UTC(2026, 0, 1, 14, 5);
const MINUTE = 60_000;

const evidence: Evidence = {
  service: "gateway",
  operation: "GET /checkout",
  traces: [],
  logs: [],
  release: "",
  links: {},
  brokeFirst: {
    kind: "span",
    service: "payments",
    text: "POST /charge",
    detail: "CardError: <declined> & gone",
    time: BEGIN,
    traceId: "ab".repeat(16),
    spanId: "cd".repeat(8),
    share: 1,
  },
  chart: {
    title: "Share of failed requests",
    unit: "1",
    times: Array.from({ length: 40 }, (_, i) => BEGIN + (i - 30) * MINUTE),
    values: Array.from({ length: 40 }, (_, i) => (i === 10 ? null : i < 29 ? 0.01 : 0.4)),
    threshold: 0.05,
  },
  waterfall: {
    traceId: "ab".repeat(16),
    durationMs: 2300,
    spanCount: 12,
    rows: [
      row({ service: "gateway", operation: "GET /checkout", durationMs: 2300 }),
      row({
        service: "payments",
        operation: "POST /charge",
        depth: 1,
        offset: 0.1,
        width: 0.8,
        isCause: true,
        error: true,
        count: 3,
      }),
    ],
  },
};

function row(own: Partial<NonNullable<Evidence["waterfall"]>["rows"][number]>) {
  const place = { depth: 0, offset: 0, width: 1, durationMs: 1840 };
  return { service: "", operation: "", ...place, error: false, isCause: false, count: 1, others: [], ...own };
}

const picture: AlertPicture = {
  evidence,
  title: "CheckoutErrors",
  summary: "40 % of requests fail",
  isResolved: false,
  activeAtMillis: BEGIN,
  hueOf: (service) => (service === "payments" ? 5 : 0),
};

/** Texts in the order in which they are drawn. */
function textsOf(svg = ""): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
}

describe("a picture", () => {
  test("says what fires, since when, whose fault it is, and what broke first", () => {
    const texts = textsOf(drawAlert(picture));
    expect(texts).toEqual(
      expect.arrayContaining(["FIRING", "CheckoutErrors", "since 14:05 UTC", "gateway", "GET /checkout"]),
    );
    expect(texts).toContain("payments POST /charge – CardError: &lt;declined&gt; &amp; gone");
    expect(textsOf(drawAlert({ ...picture, isResolved: true }))).toContain("RESOLVED");
  });

  test("has the chart with its threshold and the begin, and the waterfall with colours of services", () => {
    const svg = drawAlert(picture) ?? "";
    const texts = textsOf(svg);
    expect(texts).toEqual(expect.arrayContaining(["threshold 5 %", "alert 14:05 UTC", "20 %", "14:00"]));
    expect(texts).toEqual(expect.arrayContaining(["Trace abababab · 2.3 s", "3× POST /charge", "1.84 s error"]));
    expect(svg).toContain(serviceColor(5));
    // The gap parts the line: before, behind, and after the begin.
    expect(svg.match(/stroke-linejoin/g)).toHaveLength(3);
  });

  test("shows what is normal where there is no threshold", () => {
    const chart = { ...(evidence.chart as NonNullable<Evidence["chart"]>), threshold: undefined };
    const band = { lower: chart.times.map(() => null), upper: chart.times.map(() => 0.02) };
    const texts = textsOf(drawAlert({ ...picture, evidence: { ...evidence, chart: { ...chart, band } } }));
    expect(texts).toContain("normal");
    expect(texts.join()).not.toContain("threshold");
  });

  test("is not there without chart and waterfall", async () => {
    const bare = { ...evidence, chart: undefined, waterfall: undefined };
    expect(await drawPicture({ ...picture, evidence: bare })).toBeUndefined();
    const empty = { title: "t", unit: "", times: [BEGIN], values: [null] };
    expect(drawAlert({ ...picture, evidence: { ...bare, chart: empty } })).toBeUndefined();
  });

  test("keeps texts of any length and any characters within its edges", () => {
    const long = `${"sehr-lang ".repeat(60)}\u0000\ud800<script>`;
    const svg = drawAlert({
      ...picture,
      title: long,
      summary: long,
      evidence: { ...evidence, service: long, operation: long },
    });
    for (const text of textsOf(svg)) expect(textWidth(text, 14)).toBeLessThan(PICTURE_WIDTH);
    expect(svg).not.toContain("<script>");
    // oxlint-disable-next-line no-control-regex
    expect(svg).not.toMatch(/[\u0000\ud800]/);
  });

  test("is a PNG of twice its size, in which texts of both weights are drawn", async () => {
    const png = Buffer.from((await drawPicture(picture)) ?? []);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(2 * PICTURE_WIDTH);
    const painted = async (family: string, content: string) => {
      const text = `<text y="40" font-size="40" font-family="${family}">${content}</text>`;
      return Buffer.from(await paint(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">${text}</svg>`));
    };
    const [blank, regular, strong] = [
      await painted("Inter", ""),
      await painted("Inter", "Ab·µ"),
      await painted("Inter SemiBold", "Ab·µ"),
    ];
    expect(regular.equals(blank)).toBe(false);
    expect(strong.equals(regular)).toBe(false);
  });
});

describe("colours", () => {
  test("of services are those of the UI", () => {
    const tokens = readFileSync(join(import.meta.dirname, "../../../../ui/src/styles/tokens.css"), "utf8");
    const light = [...tokens.matchAll(/--service-\d+: light-dark\(oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)];
    expect(light.map(([, , , hue]) => Number(hue))).toEqual(SERVICE_HUES_DEGREES);
    const [[, lightness, chroma, hue]] = light;
    expect(serviceColor(0)).toBe(oklch(Number(lightness), Number(chroma), Number(hue)));
  });

  test("are converted to sRGB", () => {
    expect([oklch(1, 0, 0), oklch(0, 0, 0), oklch(0.627955, 0.257683, 29.2339)]).toEqual([
      "#ffffff",
      "#000000",
      "#ff0000",
    ]);
  });
});

describe("texts", () => {
  test("are cut to their place", () => {
    expect(fitText("short", 100, 14)).toBe("short");
    const cut = fitText("a text that is longer than its place", 100, 14);
    expect(cut).toMatch(/^a text.*…$/);
    expect(textWidth(cut, 14)).toBeLessThanOrEqual(100);
    expect(wrapText("one two three four five six", 60, 14, 2)).toHaveLength(2);
  });
});

describe("axes", () => {
  test.each([
    [0, 0.4, [0, 0.2, 0.4]],
    [0, 7, [0, 2.5, 5, 7.5]],
    [-1, 1, [-1, 0, 1]],
    [0, 1, [0, 0.5, 1]],
  ])("from %d to %d have round marks", (least, most, ticks) => expect(valueTicks(least, most)).toEqual(ticks));

  test("of time have round moments", () => {
    expect(timeTicks(BEGIN, BEGIN + 30 * MINUTE, 6)).toEqual([0, 5, 10, 15, 20, 25, 30].map((m) => BEGIN + m * MINUTE));
  });

  test.each([
    [0.05, "1", "5 %"],
    [2.5, "s", "2.5 s"],
    [0.012, "s", "12 ms"],
    [3 * 1024 ** 2, "By", "3 MiB"],
    [12_345, "1/s", "12.3 k/s"],
    [0, "s", "0"],
    [7, "{widgets}", "7 {widgets}"],
  ])("say %d %s as %s", (value, unit, expected) => expect(formatValue(value, unit)).toBe(expected));
});

test("an episode is not painted for whoever has left", async () => {
  const episode = { id: "1", labels: {}, annotations: {}, activeAtMillis: BEGIN, resolvedAtMillis: undefined };
  const service = {
    evidence: async () => ({ gatheredAtMillis: BEGIN, evidence }),
    episode: async () => undefined,
    alerts: () => [episode as KnownAlert],
  };
  let colors = 0;
  const documents = {
    list: async () => {
      colors++;
      left.abort();
      return [];
    },
    add: async () => true,
  };
  const left = new AbortController();
  await expect(pictureOfEpisode(documents, service, "1", left.signal)).rejects.toThrow(/abort/i);
  await expect(pictureOfEpisode(documents, service, "1", left.signal)).rejects.toThrow(/abort/i);
  expect(colors).toBe(1);
  expect(await pictureOfEpisode(documents, service, "1")).toBeInstanceOf(Uint8Array);
});
