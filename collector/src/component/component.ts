/** What every component is given and what it must offer. */
import type { Authenticator } from "./authenticator.ts";
import type { ComponentId, ComponentKind } from "./component-id.ts";
import type { Consumers } from "./consumer.ts";
import type { Logger } from "./logger.ts";
import type { ScrapeTargets } from "./scrape-targets.ts";
import type { StoreAccess } from "../store/store.ts";
import type { Telemetry } from "./telemetry.ts";
import type { WebRoute } from "./web-route.ts";

export type { Authenticator, RequestHeaders } from "./authenticator.ts";

/**
 * Start order: extensions, exporters, processors, receivers; shutdown the other way. `start` resolves when the component is ready
 * (a server listens) and throws when it can't be. `shutdown` takes nothing new, flushes what it holds and is done before `deadline`;
 * it is also called after a `start` that failed, to close what was open by then.
 */
export interface Component {
  start?(): Promise<void>;
  /** @param deadline epoch milliseconds after which nobody waits any more. */
  shutdown?(deadline: number): Promise<void>;
  /** Ports it listens on, by name: "" becomes `id`, "grpc" becomes `id_grpc` in the ready line. */
  ports?(): Readonly<Record<string, number>>;
  /** What it takes at the web port, once it has started. Of two components with one path the first in the configuration has it. */
  webRoutes?(): readonly WebRoute[];
  /** What it scrapes, and how that goes. */
  scrapeTargets?(): ScrapeTargets;
}

/** A component that takes batches: an exporter, a processor, the input side of a connector. */
export type ConsumingComponent = Component & Consumers;

/** The process around a component: extensions by id, and what only the host can do. */
export interface Host {
  /** The extension with this id, in this thread. Undefined when it isn't listed in service.extensions. */
  extension(id: string): ExtensionInstance | undefined;
  /** Reports that the component cannot go on; the collector shuts down with exit code 1. */
  fatal(error: Error): void;
  /** How far the whole process is: "ready" once every component of every thread has started, "stopping" from the first signal on. */
  state(): HostState;
  /** What receivers without limits of their own may hold together, where a budget of an extension covers it. */
  readonly admissionBytes?: number;
  /** What the whole process offers to whoever serves people; in the main thread only. */
  readonly front?: HostFront;
  /** Where the store keeps its files; in the main thread only, where there is a store. */
  readonly dataDirectory?: string;
  /** The whole process's metrics, for whoever scrapes it from within; in the ingest thread only. */
  readonly own?: OwnMetrics;
  /** What is stored; in the alerts thread only. */
  readonly store?: StoreAccess;
  /** Where people reach the UI from this machine, such as http://localhost:8317; in the alerts thread only, where there is a web port. */
  readonly webUrl?: string;
}

export interface HostFront {
  /** Answers a request to the API on a query thread. Rejects when there is no store. */
  fetchApi(request: Request): Promise<Response>;
  /** Somebody opened a page, which is about to ask the API. */
  expectRequests?(): void;
  /** All threads' metrics in Prometheus text. */
  metricsText(): Promise<string>;
  /** What a receiver takes at this path of the web port; undefined = nothing. */
  routeAt?(path: string): FrontRoute | undefined;
}

/** A route of a receiver, for whoever has the web port. */
export type FrontRoute = Pick<WebRoute, "open" | "checksSenders">;

/** A web port of this process. */
export interface WebPort {
  /** As configured; undefined = every interface. */
  readonly host: string | undefined;
  readonly port: number;
  /** It speaks TLS. */
  readonly isSecure: boolean;
}

/** What this process says of itself, and where others get it. */
export interface OwnMetrics {
  /** Ports that have it under /metrics. */
  readonly ports: readonly WebPort[];
  /** All threads' metrics in Prometheus text. */
  text(): Promise<string>;
}

/** How people get in at a web port that listens. Its link holds a secret: not for logs. */
export interface WebAccess extends WebPort {
  /** For people, with the token in it where it was made here. */
  readonly link: string;
  /** The link holds a token that was made here. */
  readonly signsIn: boolean;
  /** Somebody is asked for a token that was configured: the link doesn't hold it. */
  readonly needsToken: boolean;
}

export type HostState = "starting" | "ready" | "stopping";

export interface ExtensionInstance extends Component {
  readonly authenticator?: Authenticator;
  /** Bytes of requests that may be in flight, where its memory budget covers them. */
  readonly admissionBytes?: number;
  /** Of an extension with the web port, once it listens. */
  readonly webAccess?: WebAccess;
  /** Anything else it offers to components that know it: the storage extension offers a Store. */
  readonly capability?: unknown;
}

export interface Settings {
  readonly kind: ComponentKind;
  readonly id: ComponentId;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly host: Host;
  /** Product version, for banners and build info. */
  readonly version: string;
}
