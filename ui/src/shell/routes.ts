/** Which page belongs to which path, and how to load it: each page is a chunk of its own. */
import type { IconName } from "../widgets/icons.ts";

export interface Route {
  readonly pattern: RegExp;
  readonly tag: string;
  readonly title: string;
  /** The navigation entry that is lit. */
  readonly section: string;
  readonly load: () => Promise<unknown>;
}

export interface Section {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  readonly keys: string;
  /** On narrow screens there is no room for it in the bar: the palette has it. */
  readonly isRare?: boolean;
}

export const SECTIONS: readonly Section[] = [
  { path: "/services", label: "Services", icon: "services", keys: "g s" },
  { path: "/traces", label: "Traces", icon: "traces", keys: "g t" },
  { path: "/logs", label: "Logs", icon: "logs", keys: "g l" },
  { path: "/exceptions", label: "Errors", icon: "warning", keys: "g e" },
  { path: "/metrics", label: "Metrics", icon: "metrics", keys: "g m" },
  { path: "/map", label: "Map", icon: "map", keys: "g p" },
  { path: "/alerts", label: "Alerts", icon: "bell", keys: "g a" },
  { path: "/boards", label: "Boards", icon: "boards", keys: "g b", isRare: true },
];

/** Places beside the pages: in the palette, with keys, and as an icon in the header. */
export const PLACES: readonly Section[] = [{ path: "/storage", label: "Storage", icon: "disk", keys: "g d" }];

export const ROUTES: readonly Route[] = [
  {
    pattern: /^\/services\/?$/,
    tag: "gs-services-page",
    title: "Services",
    section: "/services",
    load: () => import("../pages/gs-services-page.ts"),
  },
  {
    pattern: /^\/services\/[^/]+\/?$/,
    tag: "gs-service-page",
    title: "Service",
    section: "/services",
    load: () => import("../pages/gs-service-page.ts"),
  },
  {
    pattern: /^\/traces\/?$/,
    tag: "gs-traces-page",
    title: "Traces",
    section: "/traces",
    load: () => import("../pages/gs-traces-page.ts"),
  },
  {
    pattern: /^\/traces?\/[^/]+\/?$/,
    tag: "gs-trace-page",
    title: "Trace",
    section: "/traces",
    load: () => import("../pages/gs-trace-page.ts"),
  },
  {
    pattern: /^\/logs\/?$/,
    tag: "gs-logs-page",
    title: "Logs",
    section: "/logs",
    load: () => import("../pages/gs-logs-page.ts"),
  },
  {
    pattern: /^\/exceptions\/?$/,
    tag: "gs-exceptions-page",
    title: "Errors",
    section: "/exceptions",
    load: () => import("../pages/gs-exceptions-page.ts"),
  },
  {
    pattern: /^\/exceptions\/[^/]+\/?$/,
    tag: "gs-exception-page",
    title: "Error",
    section: "/exceptions",
    load: () => import("../pages/gs-exception-page.ts"),
  },
  {
    pattern: /^\/metrics\/?$/,
    tag: "gs-metrics-page",
    title: "Metrics",
    section: "/metrics",
    load: () => import("../pages/gs-metrics-page.ts"),
  },
  {
    pattern: /^\/boards\/?$/,
    tag: "gs-boards-page",
    title: "Boards",
    section: "/boards",
    load: () => import("../pages/gs-boards-page.ts"),
  },
  {
    pattern: /^\/boards\/[^/]+\/?$/,
    tag: "gs-board-page",
    title: "Board",
    section: "/boards",
    load: () => import("../pages/gs-board-page.ts"),
  },
  {
    pattern: /^\/map\/?$/,
    tag: "gs-map-page",
    title: "Map",
    section: "/map",
    load: () => import("../pages/gs-map-page.ts"),
  },
  {
    pattern: /^\/alerts\/?$/,
    tag: "gs-alerts-page",
    title: "Alerts",
    section: "/alerts",
    load: () => import("../pages/gs-alerts-page.ts"),
  },
  {
    pattern: /^\/alerts\/[^/]+\/?$/,
    tag: "gs-alert-page",
    title: "Alert",
    section: "/alerts",
    load: () => import("../pages/gs-alert-page.ts"),
  },
  {
    pattern: /^\/storage\/?$/,
    tag: "gs-storage-page",
    title: "Storage",
    section: "/storage",
    load: () => import("../pages/gs-storage-page.ts"),
  },
];

const NOT_FOUND: Route = {
  pattern: /./,
  tag: "gs-not-found-page",
  title: "Not found",
  section: "",
  load: () => import("../pages/gs-not-found-page.ts"),
};

export const HOME = "/services";

export function findRoute(path: string): Route {
  return ROUTES.find((route) => route.pattern.test(path)) ?? NOT_FOUND;
}
