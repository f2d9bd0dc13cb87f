/** Pieces of SVG as text: numbers are rounded, texts are escaped. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : escapeXml(value as string)}"`);
  return content === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${content}</${name}>`;
}

export interface TextStyle {
  readonly size: number;
  readonly color: string;
  readonly isStrong?: boolean;
  readonly anchor?: "start" | "middle" | "end";
}

/** The fonts that draw-picture.ts brings. */
export const FAMILY = "Inter";
const STRONG_FAMILY = "Inter SemiBold";

/** @param y of the base line */
export function text(content: string, x: number, y: number, { size, color, isStrong, anchor }: TextStyle): string {
  return element(
    "text",
    {
      x,
      y,
      "font-size": size,
      fill: color,
      "font-family": isStrong ? STRONG_FAMILY : undefined,
      "text-anchor": anchor,
    },
    escapeXml(content) || " ",
  );
}

export function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Without what XML cannot hold. */
export function escapeXml(content: string): string {
  return (
    content
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/[\x00-\x1F\x7F\uFFFE\uFFFF]/g, " ")
      .replace(/[&<>"]/g, (character) => ENTITIES[character])
  );
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
