/** Geometry of a graph that can be moved and zoomed: which part is shown, which node comes next for an arrow key, arcs of rings. Pure. */
export interface GraphView {
  /** Where the graph's corner lies, in CSS pixels of the frame. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const SMALLEST = 0.2;
const LARGEST = 3;
/** Below this names can't be read: rather a part is shown. */
const READABLE = 0.8;
const LARGEST_FIT = 1.15;
/** In a frame as narrow as a phone a part says little: all of it is shown, and names grow against the scale. */
const NARROW = 600;
const MOST_GROWTH = 2.2;

/**
 * All of the graph, centred, as far as its names stay readable (`least` scale); else its left part, where users and gateways are. On a
 * narrow frame always all of it.
 */
export function fitView(
  width: number,
  height: number,
  frameWidth: number,
  frameHeight: number,
  least = frameWidth < NARROW ? 0 : READABLE,
): GraphView {
  if (frameWidth === 0 || frameHeight === 0) return { x: 0, y: 0, scale: 1 };
  const whole = Math.min(frameWidth / width, frameHeight / height);
  const scale = Math.min(LARGEST_FIT, Math.max(least, SMALLEST, whole));
  return {
    scale,
    x: Math.max(0, (frameWidth - width * scale) / 2),
    y:
      height * scale <= frameHeight
        ? (frameHeight - height * scale) / 2
        : Math.min(0, (frameHeight - height * scale) / 2),
  };
}

/** How many times larger names are drawn than the graph, so that they can be read in a small picture; 1 in others. */
export function nameGrowth(scale: number): number {
  return Math.min(MOST_GROWTH, Math.max(1, READABLE / scale));
}

/** Closer or farther, around a point of the frame. */
export function zoomView(view: GraphView, factor: number, x: number, y: number): GraphView {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
  const by = scale / view.scale;
  return { scale, x: x - (x - view.x) * by, y: y - (y - view.y) * by };
}

interface Point {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

/** The nearest node in the direction of an arrow key; those straight ahead before those aside. */
export function nextNode<T extends Point>(nodes: readonly T[], from: Point, key: string): T | undefined {
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (!direction) return undefined;
  let best: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const [dx, dy] = [node.x - from.x, node.y - from.y];
    const ahead = dx * direction[0] + dy * direction[1];
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    if (node.key === from.key || ahead <= 1 || ahead + aside * 2 >= least) continue;
    least = ahead + aside * 2;
    best = node;
  }
  return best;
}

/** A part of a circle around the origin, from the top clockwise; 1 = all of it. */
export function arcPath(radius: number, share: number): string {
  if (share >= 0.999) return `M0 ${-radius}A${radius} ${radius} 0 1 1 -0.01 ${-radius}Z`;
  const angle = share * 2 * Math.PI;
  const [x, y] = [Math.sin(angle) * radius, -Math.cos(angle) * radius];
  return `M0 ${-radius}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}
