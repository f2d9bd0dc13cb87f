import { expect, it } from "vitest";
import { simpleFactories } from "../../test/kit/factories.ts";
import type { Factory, ThreadName } from "../component/factory.ts";
import { loadConfig } from "../config/load-config.ts";
import { loadComponents } from "./load-components.ts";

const YAML = `
receivers: { nop: }
processors: { batch: , filter: }
exporters: { debug: , nop: }
connectors: { forward: }
extensions: { health_check: , bearertokenauth: { token: t } }
service:
  extensions: [health_check, bearertokenauth]
  pipelines:
    traces/in: { receivers: [nop], processors: [batch], exporters: [forward] }
    traces/out: { receivers: [forward], exporters: [debug] }
`;

it.each<[ThreadName, string[]]>([
  ["ingest", ["batch", "bearertokenauth", "debug", "forward", "nop"]],
  ["main", ["bearertokenauth", "health_check"]],
])("loads what the %s thread makes and nothing else, once", async (thread, expected) => {
  const loaded: string[] = [];
  const factories = simpleFactories.map((factory): Factory => {
    return { ...factory, load: async () => void loaded.push(factory.type) };
  });
  const config = loadConfig({ configs: [`yaml:${YAML}`] }, factories, { variables: {}, readFile: () => "" });
  await loadComponents(config, factories, thread);
  expect(loaded.sort()).toEqual(expected);
});
