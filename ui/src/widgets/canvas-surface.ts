/**
 * A canvas that is sharp on every screen, and the tokens' colours as a canvas understands them. In: a canvas and its size in CSS
 * pixels; out: a context whose unit is one CSS pixel, cleared.
 */
export function openCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const ratio = window.devicePixelRatio || 1;
  const [pixelWidth, pixelHeight] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  const context = canvas.getContext("2d") ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/**
 * Reads tokens as they are at an element: which of a token's two colours holds depends on where it stands. Costs a style
 * calculation per token, so ask once for each picture.
 */
export class TokenColors {
  private readonly probe: HTMLElement;
  private readonly found = new Map<string, string>();

  constructor(at: HTMLElement) {
    this.probe = at;
  }

  /** The computed colour of `--name`. */
  get(name: string): string {
    let color = this.found.get(name);
    if (color === undefined) {
      const before = this.probe.style.color;
      this.probe.style.color = `var(--${name})`;
      color = getComputedStyle(this.probe).color;
      this.probe.style.color = before;
      this.found.set(name, color);
    }
    return color;
  }
}

/** The font that text on a canvas takes to match the text beside it. */
export function canvasFont(at: HTMLElement): string {
  const style = getComputedStyle(at);
  return `${style.getPropertyValue("--text-small").trim()} ${style.getPropertyValue("--font").trim()}`;
}

/** A computed colour with an opacity; computed colours read "oklch(l c h)" or "rgb(r, g, b)", both take one. */
export function fadeColor(color: string, opacity: number): string {
  if (color.includes("/") || color.startsWith("rgba")) return color;
  return color.startsWith("rgb(")
    ? color.replace("rgb(", "rgba(").replace(")", `, ${opacity})`)
    : color.replace(")", ` / ${opacity})`);
}
