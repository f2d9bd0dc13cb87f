/**
 * Keys as text: "j", "shift+enter", "mod+k", and chords such as "g s". In: what a keyboard event says; out: which binding is
 * meant. Pure: knows no DOM, so that it can be tested without one.
 */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly altKey?: boolean;
  readonly shiftKey?: boolean;
}

const NAMES: Record<string, string> = {
  " ": "space",
  Escape: "esc",
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** How long the second key of a chord may take. */
const CHORD_MILLIS = 1200;

/** Ctrl and Cmd both read "mod". Shift is named only where the character doesn't show it (shift+enter, but "?" and "N"). */
export function nameKey(press: KeyPress): string {
  const name = NAMES[press.key] ?? (press.key.length === 1 ? press.key : press.key.toLowerCase());
  const shift = press.shiftKey && name.length > 1 ? "shift+" : "";
  return `${press.ctrlKey || press.metaKey ? "mod+" : ""}${press.altKey ? "alt+" : ""}${shift}${name}`;
}

/** Remembers the first key of a chord until the second one comes or CHORD_MILLIS have passed. */
export class ChordReader {
  private pending = "";
  private pendingSince = 0;

  /** The binding among `known` that this key completes; a key that only begins one returns undefined and is remembered. */
  read(press: KeyPress, known: Iterable<string>, nowMillis: number): string | undefined {
    const key = nameKey(press);
    const chord = this.pending && nowMillis - this.pendingSince <= CHORD_MILLIS ? `${this.pending} ${key}` : key;
    this.pending = "";
    const bindings = [...known];
    const hit = bindings.find((binding) => binding === chord) ?? bindings.find((binding) => binding === key);
    if (hit) return hit;
    if (bindings.some((binding) => binding.startsWith(`${key} `))) {
      this.pending = key;
      this.pendingSince = nowMillis;
    }
    return undefined;
  }
}
