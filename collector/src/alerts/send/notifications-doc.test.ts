/** docs/notifications.md: its examples load and have no key without effect, and every kind that can be sent has one. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sendableKinds } from "../channels/configured-channel.ts";
import { loadNotifyConfig } from "../notify/config/load-config.ts";
import { RECEIVER_SHAPES } from "../notify/config/receiver-shapes.ts";
import { checkIntegrations } from "./check-integrations.ts";
import { RATE_LIMITS } from "./rate-limit.ts";
import { TemplateSet } from "./templates/template-set.ts";

const text = readFileSync(new URL("../../../docs/notifications.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/```yaml\n(receivers:\n[\s\S]*?)```/g)].map(([, example]) => example);
const environment = new Proxy({}, { get: () => "https://secret.example.com/" });

it.each(examples)("loads: %s", (example) => {
  const config = loadNotifyConfig(`route: { receiver: team }\n${example}`, { file: "am.yml", environment });
  expect(checkIntegrations(config, new TemplateSet(new Map()))).toEqual([]);
});

it("has an example of every kind that can be sent, and names the others", () => {
  // Teams' older connectors are gone; their kind is sent as the newer one.
  for (const kind of sendableKinds().filter((each) => each !== "msteams"))
    expect(
      examples.some((example) => example.includes(`${kind}_configs:`)),
      kind,
    ).toBe(true);
  for (const kind of Object.keys(RECEIVER_SHAPES).filter((each) => !sendableKinds().includes(each)))
    expect(text).toContain(`\`${kind}_configs\``);
  expect(Object.keys(RATE_LIMITS).sort()).toEqual([...sendableKinds()].sort());
});
