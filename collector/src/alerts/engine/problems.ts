/** What an operator should look at, in sentences: files that do not load, rules and channels that fail, what was never delivered. */
import { ruleName } from "../rules/rule-file.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import type { AlertingService } from "./alerting-service.ts";

export function listProblems(
  service: Pick<AlertingService, "ruleFiles" | "groups" | "notification" | "sending">,
): string[] {
  const { configFile, issues } = service.notification();
  const failing = service.groups().flatMap(({ rules }) => rules.filter(({ health }) => health === "err"));
  const channels = service.sending.status().filter(({ lastError }) => lastError !== "");
  const dead = service.sending.deadLetters().length;
  return [
    ...service
      .ruleFiles()
      .filter((file) => file.issues.length > 0)
      .map((file) => `The rule file ${place(file.name, file.issues)}`),
    ...(issues.length > 0 ? [`The notification file ${place(configFile, issues)}`] : []),
    ...(failing.length > 0
      ? [
          `${count(failing.length, "rule fails", "rules fail")}: ${ruleName(failing[0].rule)}: ${failing[0].lastError ?? ""}`,
        ]
      : []),
    ...channels.map(({ receiver, kind, lastError }) => `The channel ${receiver} (${kind}) fails: ${lastError}`),
    ...(dead > 0 ? [`${count(dead, "notification was", "notifications were")} given up`] : []),
  ];
}

function place(file: string, issues: readonly YamlIssue[]): string {
  const [{ at, message }] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `${file}${at ? `, line ${at.line}` : ""} does not load: ${message}${more}`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
