/**
 * The tree of routes as rows, from the root down, and where each stands in it; labels as people write them. In: routes in the order of
 * the contract; out: what is drawn of each. Pure.
 */
import type { WireRoute, WireRouting } from "goldspan/contract";

/** What stands left of a row at one level: nothing, a line that goes on below, or the turn to this row (the last one of its parent or not). */
export type Rail = "none" | "line" | "turn" | "turn-last";

export interface RouteRow {
  readonly route: WireRoute;
  /** In the order of the contract. */
  readonly index: number;
  /** From the left; as long as the row is deep. */
  readonly rails: readonly Rail[];
  /** The parent; undefined of the root. */
  readonly parent: WireRoute | undefined;
  /** It takes the alert that was asked for, or leads to a route that does. */
  readonly way: "taken" | "on the way" | "not";
}

export function routeRows(routes: readonly WireRoute[], matches: WireRouting["matches"] = []): RouteRow[] {
  const taken = new Set(matches.map(({ route }) => route));
  const parents = routes.map((_, index) => parentOf(routes, index));
  const onWay = new Set<number>();
  for (const index of taken) for (let at = parents[index]; at !== undefined; at = parents[at]) onWay.add(at);
  return routes.map((route, index) => {
    const parent = parents[index];
    return {
      route,
      index,
      rails: railsOf(routes, parents, index),
      parent: parent === undefined ? undefined : routes[parent],
      way: taken.has(index) ? "taken" : onWay.has(index) ? "on the way" : "not",
    };
  });
}

function parentOf(routes: readonly WireRoute[], index: number): number | undefined {
  for (let at = index - 1; at >= 0; at--) if (routes[at].depth < routes[index].depth) return at;
  return undefined;
}

function railsOf(routes: readonly WireRoute[], parents: readonly (number | undefined)[], index: number): Rail[] {
  const rails: Rail[] = [];
  for (let at: number | undefined = index; at !== undefined && parents[at] !== undefined; at = parents[at]) {
    const isLast = !routes.some((_, later) => later > at && parents[later] === parents[at]);
    if (at === index) rails.unshift(isLast ? "turn-last" : "turn");
    else rails.unshift(isLast ? "none" : "line");
  }
  return rails;
}

/** What a route says of grouping and times that its parent does not: it is inherited otherwise. */
export function ownSettings({ route, parent }: Pick<RouteRow, "route" | "parent">): {
  readonly grouping: boolean;
  readonly times: boolean;
} {
  if (!parent) return { grouping: true, times: true };
  return {
    grouping: route.groupBy.join("\n") !== parent.groupBy.join("\n"),
    times:
      route.groupWaitMillis !== parent.groupWaitMillis ||
      route.groupIntervalMillis !== parent.groupIntervalMillis ||
      route.repeatIntervalMillis !== parent.repeatIntervalMillis,
  };
}

const LABEL = /\s*,?\s*([A-Za-z_][\w.]*)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]*))(?=[\s,]|$)/y;

/** `alertname=Down service="a b"`; commas between them may stand. Undefined where it cannot be read. */
export function parseLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  let end = 0;
  while (text.slice(end).trim() !== "") {
    LABEL.lastIndex = end;
    const match = LABEL.exec(text);
    if (!match) return undefined;
    end = LABEL.lastIndex;
    labels[match[1]] = match[2]?.replace(/\\(.)/g, "$1") ?? match[3];
  }
  return labels;
}

/** The other way round; the name of the alert first. */
export function formatLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .toSorted(([a], [b]) => Number(b === "alertname") - Number(a === "alertname") || (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${/^[^\s",\\]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join(" ");
}
