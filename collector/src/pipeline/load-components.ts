/** Loads the code of the components that a configuration makes in one thread, so that the graph can be built in one go. */
import type { ComponentKind } from "../component/component-id.ts";
import type { Factory, ThreadName } from "../component/factory.ts";
import { factoryOfId } from "../config/factory-index.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";

/** To be awaited before buildGraph with the same arguments. */
export async function loadComponents(
  config: ResolvedConfig,
  factories: readonly Factory[],
  thread: ThreadName,
): Promise<void> {
  const { extensions, pipelines } = config.service;
  const used = new Set<Factory>();
  const use = (kind: ComponentKind, ids: readonly string[]) => {
    for (const id of ids) used.add(factoryOfId(factories, kind, id));
  };
  use(
    "extension",
    extensions.filter((id) => factoryOfId(factories, "extension", id).threads.includes(thread)),
  );
  if (thread === "ingest")
    for (const { receivers, processors, exporters } of Object.values(pipelines)) {
      const isConnector = (id: string) => Object.hasOwn(config.connectors, id);
      use("connector", [...receivers, ...exporters].filter(isConnector));
      use(
        "receiver",
        receivers.filter((id) => !isConnector(id)),
      );
      use(
        "exporter",
        exporters.filter((id) => !isConnector(id)),
      );
      use("processor", processors);
    }
  await Promise.all(Array.from(used, async (factory) => factory.load?.()));
}
