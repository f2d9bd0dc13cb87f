/** All that is wrong with a configuration, as one error with one readable list. */
import type { ConfigIssue } from "../component/config-node.ts";

export class ConfigError extends Error {
  override name = "ConfigError";
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super(`cannot load the configuration:\n${issues.map((issue) => `  ${formatIssue(issue)}`).join("\n")}`);
    this.issues = issues;
  }
}

/** `otel-config.yaml:12: receivers.otlp.protocls: unknown key "protocls"; did you mean "protocols"?` */
export function formatIssue({ at, path, message, fix }: ConfigIssue): string {
  const place = at ? `${at.file}:${at.line}: ` : "";
  return `${place}${path === "" ? "" : `${path}: `}${message}${fix ? `; ${fix}` : ""}`;
}
