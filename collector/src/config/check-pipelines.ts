/**
 * The rules of `service`: every reference is configured, every pipeline has both ends, every component fits the signal, connectors
 * join two pipelines, nothing goes in circles. In: sections as read; out: the pipelines, and issues where they are written.
 */
import { nearest } from "../base/suggest.ts";
import { parseComponentId, type ComponentKind } from "../component/component-id.ts";
import type { ConfigIssue, Place } from "../component/config-node.ts";
import type { Factory, Signal } from "../component/factory.ts";
import { checkConnectors } from "./check-connectors.ts";
import { findFactory, KINDS, SECTION_OF, type FactoryOf } from "./factory-index.ts";
import type { ReadConfig } from "./read-sections.ts";
import type { ResolvedPipeline } from "./resolved-config.ts";
import type { Reference } from "./service-schema.ts";

const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];

/** Pipeline id -> pipeline. What is wrong goes to `issues`; then the result is of no use. */
export function checkPipelines(
  read: ReadConfig,
  factories: readonly Factory[],
  issues: ConfigIssue[],
): Record<string, ResolvedPipeline> {
  const checker = new PipelineChecker(read, factories, issues);
  checker.checkExtensions();
  checker.checkAmbiguousIds();
  const pipelines = checker.checkAll();
  checkConnectors(pipelines, read, factories, issues);
  return pipelines;
}

class PipelineChecker {
  readonly #read: ReadConfig;
  readonly #factories: readonly Factory[];
  readonly #issues: ConfigIssue[];

  constructor(read: ReadConfig, factories: readonly Factory[], issues: ConfigIssue[]) {
    this.#read = read;
    this.#factories = factories;
    this.#issues = issues;
  }

  checkExtensions(): void {
    const first = new Map<string, string>();
    for (const reference of this.#read.service.extensions) {
      this.#checkDefined(reference, ["extension"], "service.extensions");
      const { id, at } = reference;
      const parsed = parseComponentId(id);
      const factory = typeof parsed === "string" ? undefined : findFactory(this.#factories, "extension", parsed.type);
      if (!factory?.onlyOne) continue;
      const other = first.get(factory.type) ?? id;
      first.set(factory.type, other);
      if (other === id) continue;
      const message = `extension "${id}" cannot run beside "${other}": ${factory.onlyOne}`;
      this.#issues.push({
        at,
        path: "service.extensions",
        message,
        fix: `list one of them, with the settings of both`,
      });
    }
  }

  checkAmbiguousIds(): void {
    const { connectors, exporters, receivers } = this.#read.places;
    for (const [id, at] of connectors) {
      const other = exporters.has(id) ? "exporter" : receivers.has(id) ? "receiver" : undefined;
      if (!other) continue;
      const message = `"${id}" is the id of ${other === "exporter" ? "an exporter" : "a receiver"} as well`;
      this.#issues.push({ at, path: `connectors.${id}`, message, fix: `name one of them ${id}/connector` });
    }
  }

  checkAll(): Record<string, ResolvedPipeline> {
    const pipelines: Record<string, ResolvedPipeline> = {};
    const written = Object.entries(this.#read.service.pipelines);
    if (written.length === 0) {
      const fix = "add service.pipelines.traces with receivers and exporters";
      this.#issues.push({
        at: undefined,
        path: "service.pipelines",
        message: "at least one pipeline is required",
        fix,
      });
    }
    for (const [id, { receivers, processors, exporters }] of written) {
      const path = `service.pipelines.${id}`;
      const at = this.#read.pipelinePlaces.get(id);
      const signal = this.#signalOf(id, at, path);
      // What is no map at all was reported when it was read.
      if (this.#issues.some((issue) => issue.path === path)) continue;
      if (receivers.length === 0) this.#needs(at, path, "receivers");
      if (exporters.length === 0) this.#needs(at, path, "exporters");
      for (const each of receivers) this.#checkEnd(each, "receiver", signal, `${path}.receivers`);
      for (const each of exporters) this.#checkEnd(each, "exporter", signal, `${path}.exporters`);
      this.#checkProcessors(processors, signal, `${path}.processors`);
      if (signal)
        pipelines[id] = { signal, receivers: ids(receivers), processors: ids(processors), exporters: ids(exporters) };
    }
    return pipelines;
  }

  #signalOf(id: string, at: Place | undefined, path: string): Signal | undefined {
    const parsed = parseComponentId(id);
    if (typeof parsed === "string") {
      this.#issues.push({ at, path, message: parsed, fix: "write a signal or signal/name" });
      return undefined;
    }
    const signal = SIGNALS.find((each) => each === parsed.type);
    if (signal) return signal;
    const near = nearest(parsed.type, SIGNALS);
    this.#issues.push({
      at,
      path,
      message: `this build has no pipelines for the signal "${parsed.type}"; it has: ${SIGNALS.join(", ")}`,
      fix: near && `did you mean "${near}"?`,
    });
    return undefined;
  }

  #needs(at: Place | undefined, path: string, what: "receivers" | "exporters"): void {
    const message = `must have at least one ${what.slice(0, -1)}`;
    this.#issues.push({ at, path, message, fix: `add ${what}: [id]` });
  }

  #checkEnd(reference: Reference, kind: "receiver" | "exporter", signal: Signal | undefined, path: string): void {
    const found = this.#checkDefined(reference, [kind, "connector"], path);
    const factory = found === kind ? this.#factoryOf(kind, reference.id) : undefined;
    if (signal && factory) this.#checkSignal(reference, factory, signal, path);
  }

  #checkProcessors(processors: readonly Reference[], signal: Signal | undefined, path: string): void {
    const seen = new Set<string>();
    for (const reference of processors) {
      const { id, at } = reference;
      if (seen.has(id)) {
        this.#issues.push({
          at,
          path,
          message: `processor "${id}" is listed twice`,
          fix: `configure another ${id}/second`,
        });
      }
      seen.add(id);
      if (!this.#checkDefined(reference, ["processor"], path)) continue;
      const factory = this.#factoryOf("processor", id);
      if (!signal || !factory || !this.#checkSignal(reference, factory, signal, path)) continue;
      if (!this.#isRead("processors", id)) continue;
      const wrong = factory.checkUse?.(this.#read.resolved.processors[id], signal);
      if (wrong)
        this.#issues.push({ at, path, message: `processor "${id}" does not fit a ${signal} pipeline: ${wrong}` });
    }
  }

  /** A component whose own configuration is wrong is reported once, there. */
  #isRead(section: "processors", id: string): boolean {
    return !this.#issues.some(({ path }) => path === `${section}.${id}` || path.startsWith(`${section}.${id}.`));
  }

  #checkSignal(
    { id, at }: Reference,
    factory: FactoryOf<"receiver" | "processor" | "exporter">,
    signal: Signal,
    path: string,
  ): boolean {
    if (factory.signals.includes(signal)) return true;
    this.#issues.push({
      at,
      path,
      message: `${factory.kind} "${id}" does not take part in ${signal} pipelines, only in: ${factory.signals.join(", ")}`,
    });
    return false;
  }

  /** Which of the kinds the id is configured as; otherwise that is reported. */
  #checkDefined({ id, at }: Reference, kinds: readonly ComponentKind[], path: string): ComponentKind | undefined {
    const { places } = this.#read;
    const found = kinds.find((kind) => places[SECTION_OF[kind]].has(id));
    if (found) return found;
    const section = SECTION_OF[kinds[0]];
    const near = nearest(
      id,
      kinds.flatMap((kind) => [...places[SECTION_OF[kind]].keys()]),
    );
    const elsewhere = KINDS.find((kind) => places[SECTION_OF[kind]].has(id));
    this.#issues.push({
      at,
      path,
      message: `${kinds[0]} "${id}" is not configured`,
      fix: near
        ? `did you mean "${near}"?`
        : elsewhere
          ? `"${id}" is configured under ${SECTION_OF[elsewhere]}`
          : `add it under ${section}`,
    });
    return undefined;
  }

  #factoryOf<K extends ComponentKind>(kind: K, id: string): FactoryOf<K> | undefined {
    const parsed = parseComponentId(id);
    return typeof parsed === "string" ? undefined : findFactory(this.#factories, kind, parsed.type);
  }
}

function ids(references: readonly Reference[]): string[] {
  return [...new Set(references.map(({ id }) => id))];
}
