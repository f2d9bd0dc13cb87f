/**
 * The way from `--config` and `--set` to a configuration: read, merge, expand, check against the factories' schemas and the rules of
 * pipelines. In: addresses, factories, surroundings; out: plain data, or one ConfigError with everything that is wrong.
 */
import type { ConfigIssue, ConfigNode } from "../component/config-node.ts";
import type { Factory } from "../component/factory.ts";
import { addCompanions } from "./add-companions.ts";
import { checkPipelines } from "./check-pipelines.ts";
import { findUnused } from "./check-unused.ts";
import { ConfigError, formatIssue } from "./config-error.ts";
import { configsOf, surroundingsOf } from "./default-source.ts";
import { expandTree } from "./expand.ts";
import { mergeTrees } from "./merge.ts";
import { readSections } from "./read-sections.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { readSource, splitScheme, type Surroundings } from "./source.ts";
import { parseYaml, type YamlTree } from "./yaml-tree.ts";

export interface ConfigSources {
  /** `path`, `file:path`, `env:NAME`, `yaml:text` or `builtin:`; later ones over earlier ones. None = {@link configsOf} says which. */
  readonly configs: readonly string[];
  /** `processors.batch.timeout=2s`; over all configs. */
  readonly sets?: readonly string[];
}

/** @throws ConfigError with all issues at once. */
export function loadConfig(
  sources: ConfigSources,
  factories: readonly Factory[],
  surroundings: Surroundings,
): ResolvedConfig {
  const issues: ConfigIssue[] = [];
  const warnings: ConfigIssue[] = [];
  const tree = loadTree(sources, surroundings, issues, warnings);
  const read = readSections(tree, factories, { path: "", issues, warnings });
  const pipelines = checkPipelines(read, factories, issues);
  if (issues.length > 0) throw new ConfigError(withoutRepeats(issues));
  const { resolved } = read;
  const config = addCompanions({ ...resolved, service: { ...resolved.service, pipelines }, warnings: [] }, factories);
  warnings.push(...findUnused(read, config.service.pipelines));
  return { ...config, warnings: withoutRepeats(warnings).map(formatIssue) };
}

/** Read, merged and expanded, not yet checked. */
export function loadTree(
  { configs: named, sets = [] }: ConfigSources,
  outside: Surroundings,
  issues: ConfigIssue[],
  warnings: ConfigIssue[],
): ConfigNode {
  const configs = configsOf(named, outside);
  const surroundings = surroundingsOf(configs, outside);
  let merged: ConfigNode | undefined;
  for (const { node, issues: found } of [
    ...configs.map((config) => readConfig(config, surroundings)),
    ...sets.map(readSetting),
  ]) {
    issues.push(...found);
    if (found.length === 0) merged = merged ? mergeTrees(merged, node) : node;
  }
  // With a source missing, whatever else could be said is likely to be wrong.
  if (issues.length > 0) throw new ConfigError(issues);
  if (!merged) throw new ConfigError([{ at: undefined, path: "", message: "no configuration was given" }]);
  return expandTree(merged, surroundings, { issues, warnings });
}

function readConfig(config: string, surroundings: Surroundings): YamlTree {
  const { scheme, address } = splitScheme(config) ?? { scheme: "file", address: config };
  const source = readSource(scheme, address, surroundings);
  const at = { file: typeof source === "string" ? config : source.name, line: 1 };
  const refuse = (message: string, fix?: string) => ({
    node: { kind: "null", at } as const,
    issues: [{ at: undefined, path: "", message, fix }],
  });
  if (typeof source === "string") return refuse(source);
  if (source.warning) return refuse(`${source.warning}, and ${source.name} was to be the configuration`);
  const tree = parseYaml(source.text, source.name);
  if (tree.issues.length > 0 || tree.node.kind === "map") return tree;
  if (tree.node.kind === "null") return refuse(`${source.name} is empty`, "it takes receivers, exporters and service");
  return refuse(`${source.name} holds no map`, "write sections as receivers:, exporters:, service:");
}

function readSetting(setting: string): YamlTree {
  const equals = setting.indexOf("=");
  const path = setting.slice(0, Math.max(0, equals)).trim();
  const at = { file: `--set ${path || setting}`, line: 1 };
  if (path === "") {
    const message = `--set ${setting} has no key and value`;
    return { node: { kind: "null", at }, issues: [{ at: undefined, path: "", message, fix: "write --set a.b=value" }] };
  }
  const { node, issues } = parseYaml(setting.slice(equals + 1).trim(), at.file, at);
  const keys = path.split(/\.|::/);
  return {
    node: keys.reduceRight<ConfigNode>(
      (inner, key) => ({ kind: "map", at, entries: new Map([[key, { at, node: inner }]]) }),
      node,
    ),
    issues,
  };
}

function withoutRepeats(issues: readonly ConfigIssue[]): ConfigIssue[] {
  return [...new Map(issues.map((issue) => [formatIssue(issue), issue])).values()];
}
