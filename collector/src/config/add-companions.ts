/**
 * Receivers that stand beside others at the web port without being named (ReceiverFactory.besideAtWebPort): in every pipeline of a signal
 * they take in which such a receiver stands. Not where no extension has a web port, nor where any pipeline names one. In and out: a
 * configuration found right; what was added shows in `print-config`.
 */
import type { Field } from "../component/config-schema.ts";
import type { Factory, ReceiverFactory } from "../component/factory.ts";
import { factoryOfId } from "./factory-index.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

export function addCompanions(config: ResolvedConfig, factories: readonly Factory[]): ResolvedConfig {
  const hasWebPort = config.service.extensions.some(
    (id) => factoryOfId(factories, "extension", id).hasWebPort === true,
  );
  if (!hasWebPort) return config;
  return factories
    .filter(
      (factory): factory is ReceiverFactory => factory.kind === "receiver" && factory.besideAtWebPort !== undefined,
    )
    .reduce((so, companion) => addCompanion(so, companion, factories), config);
}

function addCompanion(
  config: ResolvedConfig,
  companion: ReceiverFactory,
  factories: readonly Factory[],
): ResolvedConfig {
  const { pipelines } = config.service;
  const typeOf = (id: string) =>
    Object.hasOwn(config.connectors, id) ? "" : factoryOfId(factories, "receiver", id).type;
  const all = Object.values(pipelines);
  if (all.some(({ receivers }) => receivers.some((id) => typeOf(id) === companion.type))) return config;
  const id = companion.type;
  const isAccompanied = ({ signal, receivers }: (typeof all)[number]) =>
    companion.signals.includes(signal) && receivers.some((each) => typeOf(each) === companion.besideAtWebPort);
  if (!all.some(isAccompanied)) return config;
  const changed = Object.entries(pipelines).map(([name, pipeline]) => [
    name,
    isAccompanied(pipeline) ? { ...pipeline, receivers: [...pipeline.receivers, id] } : pipeline,
  ]);
  return {
    ...config,
    receivers: { ...config.receivers, [id]: config.receivers[id] ?? defaultsOf(companion.config) },
    service: { ...config.service, pipelines: Object.fromEntries(changed) },
  };
}

function defaultsOf(field: Field<unknown>): unknown {
  return field.read(undefined, { path: "", issues: [] });
}
