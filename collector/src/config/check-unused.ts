/**
 * What is configured and used by nothing: it does not run, which whoever wrote it may not know. In: sections as read, the pipelines;
 * out: warnings, where each is written.
 */
import type { ConfigIssue } from "../component/config-node.ts";
import type { SectionName } from "./factory-index.ts";
import type { ReadConfig } from "./read-sections.ts";
import type { ResolvedPipeline } from "./resolved-config.ts";

export function findUnused(
  { places, service }: ReadConfig,
  pipelines: Readonly<Record<string, ResolvedPipeline>>,
): ConfigIssue[] {
  const listed = Object.values(pipelines);
  const inputs = listed.flatMap(({ receivers }) => receivers);
  const outputs = listed.flatMap(({ exporters }) => exporters);
  const used: Readonly<Record<SectionName, readonly string[]>> = {
    receivers: inputs,
    processors: listed.flatMap(({ processors }) => processors),
    exporters: outputs,
    connectors: [...inputs, ...outputs],
    extensions: service.extensions.map(({ id }) => id),
  };
  return Object.entries(used).flatMap(([section, ids]) =>
    [...places[section as SectionName]]
      .filter(([id]) => !ids.includes(id))
      .map(([id, at]) => ({
        at,
        path: `${section}.${id}`,
        message: section === "extensions" ? "is not listed and does not run" : "is in no pipeline and does not run",
        fix: section === "extensions" ? "add it to service.extensions" : "name it in a pipeline of service.pipelines",
      })),
  );
}
