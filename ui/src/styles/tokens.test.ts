/** The tokens keep their promises: contrast in both themes, equal hues, and no literal colour or size anywhere else. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "..");
const tokens = readFileSync(join(SOURCE, "styles/tokens.css"), "utf8");

type Oklch = readonly [lightness: number, chroma: number, hue: number];

/** Both colours of a token. */
function colorsOf(name: string): { light: Oklch; dark: Oklch } {
  const found = new RegExp(`--${name}: light-dark\\(oklch\\(([^)]*)\\), oklch\\(([^)]*)\\)\\)`).exec(tokens);
  if (!found) throw new Error(`cannot find the colour --${name}`);
  const read = (text: string): Oklch => text.split("/")[0].trim().split(/\s+/).map(Number) as unknown as Oklch;
  return { light: read(found[1]), dark: read(found[2]) };
}

/** Linear sRGB; outside 0 to 1 when the screen can't show it. Matrices: https://bottosson.github.io/posts/oklab/ */
function toLinearRgb([lightness, chroma, hue]: Oklch): number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function contrast(one: Oklch, other: Oklch): number {
  const luminance = (color: Oklch): number => {
    const [r, g, b] = toLinearRgb(color).map((channel) => Math.min(1, Math.max(0, channel)));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return Math.max(a, b) / Math.min(a, b);
}

const SURFACES = ["surface-0", "surface-1", "surface-2", "surface-selected"];
const TEXTS = ["text-1", "text-2", "text-3", "accent", "error", "warn"];
const PAIRS = [
  ...TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface])),
  ["on-accent", "accent"],
  ["error", "error-soft"],
  ["warn", "warn-soft"],
  ["accent", "accent-soft"],
  ["text-1", "error-soft"],
  ["text-1", "warn-soft"],
  ["text-2", "warn-soft"],
];

test.each(PAIRS)("%s can be read on %s", (text, surface) => {
  for (const theme of ["light", "dark"] as const)
    expect(contrast(colorsOf(text)[theme], colorsOf(surface)[theme])).toBeGreaterThanOrEqual(4.5);
});

test("the 14 service hues have one lightness and chroma, can be shown, and stand out from the surface", () => {
  const hues = Array.from({ length: 14 }, (_, hue) => colorsOf(`service-${hue}`));
  for (const theme of ["light", "dark"] as const) {
    expect(new Set(hues.map((hue) => hue[theme].slice(0, 2).join(" "))).size).toBe(1);
    expect(new Set(hues.map((hue) => hue[theme][2])).size).toBe(14);
    for (const hue of hues) {
      expect(Math.min(...toLinearRgb(hue[theme]))).toBeGreaterThan(-0.001);
      expect(Math.max(...toLinearRgb(hue[theme]))).toBeLessThan(1.001);
      expect(contrast(hue[theme], colorsOf("surface-1")[theme])).toBeGreaterThanOrEqual(3);
    }
  }
});

test("service hues go once around the circle: the server gives numbers that lie far apart", () => {
  const steps = Array.from({ length: 14 }, (_, hue) => {
    const [here, next] = [hue, (hue + 1) % 14].map((number) => colorsOf(`service-${number}`).light[2]);
    return (next - here + 360) % 360;
  });
  expect(Math.max(...steps)).toBeLessThanOrEqual(48);
  expect(steps.reduce((sum, step) => sum + step)).toBe(360);
});

test("no service hue comes near the red of errors", () => {
  const [, , red] = colorsOf("error").light;
  for (let hue = 0; hue < 14; hue++) {
    const distance = Math.abs(colorsOf(`service-${hue}`).light[2] - red) % 360;
    expect(Math.min(distance, 360 - distance)).toBeGreaterThanOrEqual(20);
  }
});

test("no stylesheet but the tokens holds a literal colour or size", () => {
  const files = globSync("**/*.{ts,css}", { cwd: SOURCE }).filter((file) => !/tokens\.css$|\.test\.ts$/.test(file));
  const found = files.flatMap((file) => {
    const text = readFileSync(join(SOURCE, file), "utf8");
    const sheets = file.endsWith(".css") ? [text] : [...text.matchAll(/css`([^`]*)`/g)].map((match) => match[1]);
    return sheets.flatMap((sheet) => {
      const rules = sheet.replace(/@(media|container)[^{]*\{/g, "").replace(/\/\*[\s\S]*?\*\//g, "");
      return [...rules.matchAll(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\([^)]*\)|\b[1-9]\d*(?:\.\d+)?px\b/gi)].map(
        (match) => `${file}: ${match[0]}`,
      );
    });
  });
  expect(found).toEqual([]);
});
