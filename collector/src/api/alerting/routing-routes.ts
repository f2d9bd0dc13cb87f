/** The tree of routes, and which of them take an alert with certain labels. */
import { Hono } from "hono";
import { QueryError } from "../../base/errors.ts";
import type { AlertingService } from "../../alerts/engine/alerting-service.ts";
import type { Labels } from "../../alerts/notify/labels.ts";
import { describeInterval, isInInterval, isMutedRoute } from "../../alerts/notify/mute-times.ts";
import { groupLabelsOf, matchRoutes, walkRoutes, type Route } from "../../alerts/notify/route-tree.ts";
import type { ApiEnv } from "../context.ts";
import type { WireChannels, WireRoute, WireRouting } from "../contract.ts";
import type { AlertingContext } from "./alerting-context.ts";

const MOST_LABELS = 100;

export function routingRoutes({ service }: AlertingContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/routing", (c) =>
    c.json<WireRouting>(routingOf(service, labelsOf(new URL(c.req.url).searchParams.getAll("label")))),
  );
}

export function wireRouteTree(service: AlertingService): Pick<WireChannels, "routes" | "timeIntervals"> {
  const { configFile, config, root } = service.notification();
  if (configFile === "") return { routes: [], timeIntervals: [] };
  const isMuted = (route: Route) => isMutedRoute(route, config.intervals, service.now());
  return {
    routes: wireRoutes(root, isMuted),
    timeIntervals: Array.from(config.intervals, ([name, intervals]) => ({
      name,
      texts: intervals.map(describeInterval),
      isNow: isInInterval(name, config.intervals, service.now()),
    })),
  };
}

/** The root first, each before those below it: the order of walkRoutes. */
function wireRoutes(route: Route, isMuted: (route: Route) => boolean, depth = 0): WireRoute[] {
  return [
    wireRoute(route, depth, isMuted(route)),
    ...route.routes.flatMap((child) => wireRoutes(child, isMuted, depth + 1)),
  ];
}

function wireRoute(route: Route, depth: number, isMuted: boolean): WireRoute {
  const { receiver, groupBy, matchers, continues } = route;
  return {
    depth,
    receiver,
    matchers: matchers.map(String),
    groupBy: groupBy === "all" ? ["..."] : [...groupBy],
    groupWaitMillis: route.groupWaitMillis,
    groupIntervalMillis: route.groupIntervalMillis,
    repeatIntervalMillis: route.repeatIntervalMillis,
    muteTimeIntervals: [...route.muteTimeIntervals],
    activeTimeIntervals: [...route.activeTimeIntervals],
    continues,
    isMuted,
  };
}

function routingOf(service: AlertingService, labels: Labels): WireRouting {
  const { configFile, config, root } = service.notification();
  const { silencedBy, inhibitedBy } = service.suppressions()({ labels });
  const all = walkRoutes(root);
  const matches = configFile === "" ? [] : matchRoutes(root, labels);
  return {
    matches: matches.map((route) => ({
      route: all.indexOf(route),
      receiver: route.receiver,
      groupLabels: { ...groupLabelsOf(route, labels) },
      isMuted: isMutedRoute(route, config.intervals, service.now()),
    })),
    silencedBy: [...silencedBy],
    inhibitedBy: [...inhibitedBy],
  };
}

/** @throws QueryError */
function labelsOf(texts: readonly string[]): Labels {
  if (texts.length > MOST_LABELS)
    throw new QueryError(`cannot route ${texts.length} labels`, undefined, `give ${MOST_LABELS} at most`);
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals < 1)
        throw new QueryError(`cannot read the label ${JSON.stringify(text)}`, undefined, "write it as name=value");
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
