/** What of a configuration will not do what its writer expects: kinds that nobody can send, keys without effect, texts that are no templates. */
import { hasChannel, ignoredKeys, sendableKinds } from "../channels/configured-channel.ts";
import type { NotifyConfig } from "../notify/config/load-config.ts";
import type { Integration } from "../notify/config/receiver-config.ts";
import { Secret } from "../notify/config/secret.ts";
import { httpIssues, type HttpConfig } from "./http/http-config.ts";
import { tlsIssues, type TlsConfig } from "./http/tls-options.ts";
import type { TemplateSet } from "./templates/template-set.ts";

/** Sentences that begin with the integration's place. */
export function checkIntegrations(config: NotifyConfig, templates: TemplateSet): string[] {
  return config.receivers.flatMap(({ name, integrations }) =>
    integrations.flatMap((integration) => {
      const place = `receiver ${JSON.stringify(name)}, ${integration.kind}_configs[${integration.index}]`;
      return issuesOf(integration, templates).map((issue) => `${place}: ${issue}`);
    }),
  );
}

function issuesOf(integration: Integration, templates: TemplateSet): string[] {
  const { kind, config } = integration;
  if (!hasChannel(kind))
    return [
      `nobody is told: Goldspan cannot send to ${kind} yet; add one of ${sendableKinds().join(", ")} (a webhook reaches anything else)`,
    ];
  const values = config as Readonly<Record<string, unknown>>;
  const keys = ignoredKeys(integration);
  return [
    ...(keys.length === 0 ? [] : [`${keys.join(", ")} ${keys.length === 1 ? "has" : "have"} no effect`]),
    ...httpIssues(values.http_config as HttpConfig | undefined),
    ...(kind === "email" ? tlsIssues(values.tls_config as TlsConfig | undefined) : []),
    ...textsOf(values).flatMap(([path, text]) => {
      const wrong = text.includes("{{") ? templates.check(text) : undefined;
      return wrong === undefined ? [] : [`${path} is no template, Goldspan's own words are sent instead: ${wrong}`];
    }),
  ];
}

/** Every text of a value with its path; secrets have none. */
function textsOf(value: unknown, path = ""): (readonly [string, string])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null || value instanceof Secret) return [];
  return Object.entries(value).flatMap(([key, each]) => textsOf(each, path === "" ? key : `${path}.${key}`));
}
