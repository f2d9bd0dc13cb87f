/**
 * Text of unknown origin as it may be shown: what a terminal, a bidirectional layout or an eye would be fooled by is made visible. In: any
 * string, lone surrogates included; out: a string of printable characters, line breaks and tabs. Markup needs nothing: it is never one. Pure.
 */

/** Colours and cursor moves of terminals (ECMA-48): CSI and OSC sequences. */
// oxlint-disable-next-line no-control-regex
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;
/** Controls but for tab and line feed; marks that turn the direction of text round; lone surrogates. */
const STRANGE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Every strange character as a sign of its own: ␛, ⟨U+202E⟩. */
export function showHarmless(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(STRANGE, signOf);
}

/** For one line of a list: without the terminal's colours, line breaks as blanks, cut off at `most` letters. */
export function lineHarmless(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return showHarmless(cut.replace(TERMINAL, "")).replace(/\s+/g, " ");
}

/** For several lines: as it is, but for the terminal's colours. */
export function linesHarmless(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return showHarmless(cut.replace(TERMINAL, ""));
}

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
