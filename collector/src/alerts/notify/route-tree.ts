/** The routing tree: which nodes take an alert, with everything that a node inherits filled in. Depth first, from left to right. */
import type { GroupBy, RouteConfig } from "./config/route-config.ts";
import type { Labels } from "./labels.ts";
import { formatMatchers, matchesAll, type Matcher } from "./matcher.ts";

export interface Route {
  /** Unique in the tree: `{}/{service="api"}/0`. */
  readonly id: string;
  /** The way to the node by its matchers: `{}/{service="api"}`. */
  readonly key: string;
  readonly receiver: string;
  readonly groupBy: GroupBy;
  readonly matchers: readonly Matcher[];
  readonly continues: boolean;
  readonly groupWaitMillis: number;
  readonly groupIntervalMillis: number;
  readonly repeatIntervalMillis: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly Route[];
}

const DEFAULTS = {
  receiver: "",
  groupBy: [] as GroupBy,
  groupWaitMillis: 30_000,
  groupIntervalMillis: 300_000,
  repeatIntervalMillis: 4 * 3_600_000,
};

export function buildRoutes(config: RouteConfig): Route {
  return build(config, undefined, 0);
}

function build(config: RouteConfig, parent: Route | undefined, index: number): Route {
  const inherited = parent ?? DEFAULTS;
  const own = formatMatchers(config.matchers);
  const route: Omit<Route, "routes"> = {
    id: parent ? `${parent.id}/${own}/${index}` : own,
    key: parent ? `${parent.key}/${own}` : own,
    receiver: config.receiver ?? inherited.receiver,
    groupBy: config.groupBy ?? inherited.groupBy,
    matchers: config.matchers,
    continues: config.continues,
    groupWaitMillis: config.groupWaitMillis ?? inherited.groupWaitMillis,
    groupIntervalMillis: config.groupIntervalMillis ?? inherited.groupIntervalMillis,
    repeatIntervalMillis: config.repeatIntervalMillis ?? inherited.repeatIntervalMillis,
    // Not inherited.
    muteTimeIntervals: config.muteTimeIntervals,
    activeTimeIntervals: config.activeTimeIntervals,
  };
  return { ...route, routes: config.routes.map((child, i) => build(child, { ...route, routes: [] }, i)) };
}

/** The nodes that take the labels: the deepest that match, the first of each level unless it says continue; none when the root doesn't. */
export function matchRoutes(route: Route, labels: Labels): Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const matches = matchRoutes(child, labels);
    found.push(...matches);
    if (matches.length > 0 && !child.continues) break;
  }
  return found.length > 0 ? found : [route];
}

export function walkRoutes(route: Route): Route[] {
  return [route, ...route.routes.flatMap(walkRoutes)];
}

export function groupLabelsOf(route: Route, labels: Labels): Labels {
  const { groupBy } = route;
  return groupBy === "all"
    ? labels
    : Object.fromEntries(groupBy.filter((name) => Object.hasOwn(labels, name)).map((name) => [name, labels[name]]));
}
