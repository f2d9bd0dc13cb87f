/** A component's configuration from YAML, as the loader would read it: for tests of schemas and of components. */
import type { Field } from "../../src/component/config-schema.ts";
import type { ConfigIssue } from "../../src/component/config-node.ts";
import { formatIssue } from "../../src/config/config-error.ts";
import { parseYaml } from "../../src/config/yaml-tree.ts";

/** The value and what is wrong with it, as lines without file and line number. */
export function tryConfig<T>(field: Field<T>, yaml: string): { value: T; issues: string[]; warnings: string[] } {
  const { node, issues: broken } = parseYaml(yaml, "test.yaml");
  const issues: ConfigIssue[] = [...broken];
  const warnings: ConfigIssue[] = [];
  const value = field.read(node, { path: "", issues, warnings });
  const lines = (list: ConfigIssue[]) => list.map((issue) => formatIssue({ ...issue, at: undefined }));
  return { value, issues: lines(issues), warnings: lines(warnings) };
}

/** The value; throws when anything is wrong with it. */
export function readConfig<T>(field: Field<T>, yaml: string): T {
  const { value, issues } = tryConfig(field, yaml);
  if (issues.length > 0) throw new Error(`cannot read the test's configuration: ${issues.join("; ")}`);
  return value;
}
