/**
 * An alert as PNG, for channels that show images. The library that paints (resvg, native code) is loaded with the first picture: 7 MB and
 * some 10 ms of CPU each; a process that draws none has neither.
 */
import { join } from "node:path";
import { drawAlert, type AlertPicture } from "./draw-alert.ts";

/** Dots of the picture for each unit of its SVG: sharp on dense screens. */
const SCALE = 2;
/** Beside this file, in the source as in the build. */
const FONTS = ["inter-latin-400.ttf", "inter-latin-600.ttf"].map((name) => join(import.meta.dirname, "fonts", name));
/** What the font has: Latin-1 and some punctuation. For other texts the system's fonts are asked, which takes longer. */
const OWN_CHARACTERS = /^[ -\u00ff\n\u2013\u2014\u2018-\u201e\u2022\u2026\u2191\u2193\u2212]*$/;

/** Undefined where there is nothing to draw. Rejects where the library doesn't run. */
export async function drawPicture(picture: AlertPicture): Promise<Uint8Array | undefined> {
  const svg = drawAlert(picture);
  return svg === undefined ? undefined : paint(svg);
}

export async function paint(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: { fontFiles: FONTS, loadSystemFonts: !OWN_CHARACTERS.test(svg), defaultFontFamily: "Inter" },
  });
  return resvg.render().asPng();
}
