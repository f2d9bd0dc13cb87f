/** A factory: what the one list in components.ts holds for every component type. */
import type { Component, ConsumingComponent, ExtensionInstance, Settings } from "./component.ts";
import type { Field } from "./config-schema.ts";
import type { Consumers } from "./consumer.ts";
import type { Signal } from "../model/signal.ts";

export type { Signal } from "../model/signal.ts";

interface FactoryBase<C> {
  /** The key in the YAML, and the folder's name. */
  readonly type: string;
  /** Older or other names under which configurations know it. */
  readonly aliases?: readonly string[];
  readonly config: Field<C>;
  /** One sentence for `--help` and the README. */
  readonly summary: string;
  /** Loads the code that `create` needs, where that isn't light; awaited before `create` is called. See lazy-code.ts. */
  load?(): Promise<void>;
}

export interface ReceiverFactory<C = any> extends FactoryBase<C> {
  readonly kind: "receiver";
  readonly signals: readonly Signal[];
  /**
   * Receivers of this type are accompanied: where one stands in a pipeline of a signal that this type takes, and no pipeline names a receiver
   * of this type, one with defaults stands beside it, for paths of the web port. For configurations from before there were such paths.
   */
  readonly besideAtWebPort?: string;
  /** One instance per id; `next` holds a consumer for each signal that some pipeline takes from it. */
  create(settings: Settings, config: C, next: Consumers): Component;
}

export interface ProcessorFactory<C = any> extends FactoryBase<C> {
  readonly kind: "processor";
  readonly signals: readonly Signal[];
  /** What is wrong with this configuration in a pipeline of this signal, where that can only be said with the pipeline in view. */
  checkUse?(config: C, signal: Signal): string | undefined;
  /** One instance per pipeline; `next` holds the one consumer of that pipeline's signal. */
  create(settings: Settings, config: C, next: Consumers): ConsumingComponent;
}

export interface ExporterFactory<C = any> extends FactoryBase<C> {
  readonly kind: "exporter";
  readonly signals: readonly Signal[];
  create(settings: Settings, config: C): ConsumingComponent;
}

export interface ConnectorFactory<C = any> extends FactoryBase<C> {
  readonly kind: "connector";
  /** The pairs it can join: taken as exporter of the first, offered as receiver of the second. */
  readonly pairs: readonly (readonly [from: Signal, to: Signal])[];
  /**
   * It counts records: it is given a batch only after everything else the batch goes to has taken it, and not at all when that was
   * refused (the sender repeats it) or had been taken before (it is such a repetition).
   */
  readonly follows?: boolean;
  create(settings: Settings, config: C, next: Consumers): ConsumingComponent;
}

/**
 * The thread an extension lives in: "main" serves people, "ingest" holds receivers and the store's writer, "alerts" evaluates rules and
 * is there only when an extension lives in it; several = one instance in each.
 */
export type ThreadName = "main" | "ingest" | "alerts";

export interface ExtensionFactory<C = any> extends FactoryBase<C> {
  readonly kind: "extension";
  readonly threads: readonly ThreadName[];
  /**
   * Of the alerts thread: with this configuration there is nothing to do before there is data or somebody asks, and the thread may wait
   * for that.
   */
  waitsForData?(config: C): boolean;
  /** It has the web port, where receivers may take requests. */
  readonly hasWebPort?: boolean;
  /** It has a store, whose files lie here. */
  dataDirectory?(config: C): string;
  /** Why no second one may run beside it; absent = any number may. */
  readonly onlyOne?: string;
  create(settings: Settings, config: C): ExtensionInstance;
}

export type Factory = ReceiverFactory | ProcessorFactory | ExporterFactory | ConnectorFactory | ExtensionFactory;
