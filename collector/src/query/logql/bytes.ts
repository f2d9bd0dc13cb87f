/** Sizes as people write them: "512", "5KB", "1.5 MiB". Units of 1000 and, with an i, of 1024; their case doesn't matter. */

const POWERS = ["", "k", "m", "g", "t", "p", "e"];

/** Undefined when the text is none. */
export function parseBytes(text: string): number | undefined {
  const found = /^\s*(\d+\.?\d*|\.\d+)\s*([kmgtpe]?)(i?)(b?)\s*$/i.exec(text);
  if (!found) return undefined;
  const [, number, power, binary] = found;
  if (binary !== "" && power === "") return undefined;
  return Math.floor(Number(number) * (binary === "" ? 1000 : 1024) ** POWERS.indexOf(power.toLowerCase()));
}
