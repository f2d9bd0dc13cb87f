/**
 * A configuration that has been read and found right: plain data, so that it can be sent to another thread, where the same list of
 * factories makes the same components of it.
 */
import type { LogLevel } from "../component/logger.ts";
import type { Signal } from "../component/factory.ts";

/** Component id -> its configuration as its factory's schema gives it. Unused components are here as well. */
export type ComponentConfigs = Readonly<Record<string, unknown>>;

export interface ResolvedConfig {
  readonly receivers: ComponentConfigs;
  readonly processors: ComponentConfigs;
  readonly exporters: ComponentConfigs;
  readonly connectors: ComponentConfigs;
  readonly extensions: ComponentConfigs;
  readonly service: ResolvedService;
  /** What is right but may not be meant: unset variables, keys without effect. One readable line each. */
  readonly warnings: readonly string[];
}

export interface ResolvedService {
  /** Ids in start order. */
  readonly extensions: readonly string[];
  /** Pipeline id (`traces`, `traces/name`) -> pipeline. */
  readonly pipelines: Readonly<Record<string, ResolvedPipeline>>;
  readonly telemetry: ResolvedTelemetry;
}

/** Component ids; a connector stands among the exporters of one pipeline and the receivers of another. */
export interface ResolvedPipeline {
  readonly signal: Signal;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

export interface ResolvedTelemetry {
  readonly logs: { readonly level: LogLevel };
  readonly metrics: { readonly level: "none" | "basic" | "normal" | "detailed" };
}
