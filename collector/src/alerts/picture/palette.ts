/**
 * Colours of pictures: the light ones of the UI (ui/src/styles/tokens.css), as chat shows them on any background. The UI writes them in
 * oklch, which few drawing libraries read: they are converted here (https://www.w3.org/TR/css-color-4/#ok-lab).
 */

/** Hues of services in degrees, by their number in query/services/service-colors.ts. */
export const SERVICE_HUES_DEGREES: readonly number[] = [
  264, 288, 312, 336, 0, 48, 72, 96, 120, 144, 168, 192, 216, 240,
];
const SERVICE = { lightness: 0.655, chroma: 0.11 };

/** @param hue its number; undefined = it has none yet */
export function serviceColor(hue: number | undefined): string {
  if (hue === undefined) return oklch(SERVICE.lightness, 0.012, 265);
  return oklch(SERVICE.lightness, SERVICE.chroma, SERVICE_HUES_DEGREES[hue % SERVICE_HUES_DEGREES.length]);
}

export const COLORS = {
  surface: oklch(1, 0, 0),
  soft: oklch(0.975, 0.003, 265),
  text: oklch(0.225, 0.015, 265),
  text2: oklch(0.41, 0.016, 265),
  text3: oklch(0.5, 0.016, 265),
  line: oklch(0.915, 0.005, 265),
  lineStrong: oklch(0.83, 0.008, 265),
  accent: oklch(0.5, 0.19, 272),
  error: oklch(0.525, 0.205, 25),
  errorSoft: oklch(0.95, 0.028, 20),
  warn: oklch(0.52, 0.106, 72),
  ok: oklch(0.505, 0.125, 152),
  okSoft: oklch(0.93, 0.04, 152),
} as const;

/** `#rrggbb` of lightness (0 to 1), chroma and hue in degrees; what sRGB doesn't have is clipped. */
export function oklch(lightness: number, chroma: number, degrees: number): string {
  const hue = (degrees * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${linear.map(hexOf).join("")}`;
}

function hexOf(linear: number): string {
  const clipped = Math.min(1, Math.max(0, linear));
  const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255)
    .toString(16)
    .padStart(2, "0");
}
