/** Keys of the alerting extension: named as Prometheus and Alertmanager name theirs. */
import { RATE_LIMITS } from "../../alerts/send/rate-limit.ts";
import {
  boolean,
  type ConfigOf,
  durationMillis,
  integer,
  list,
  map,
  number,
  object,
  required,
  secret,
  string,
} from "../../component/config-schema.ts";

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export const config = object(
  {
    rule_files: list(string(), {
      doc: "rule files as Prometheus has them, globs (`rules/*.yml`), relative to the working directory; read again when they change; an empty text is none",
    }),
    default_rules: boolean({
      default: true,
      doc: "whether the rules that come with Goldspan run: errors, latency, traffic and saturation of every service against what is normal for it, what stopped, new errors",
    }),
    config_file: string({
      default: "",
      doc: "Alertmanager's configuration file: who is told of what; read again when it changes; empty = alerts are seen in the UI only",
    }),
    alertmanagers: list(
      object({
        url: required(string({ doc: "of the server, such as http://alertmanager:9093" })),
        headers: map(secret(), { doc: "of each request, such as authorization" }),
      }),
      { doc: "Alertmanagers elsewhere that are sent every alert of a rule too, as Prometheus sends them" },
    ),
    evaluation_interval: durationMillis({ default: "15s", min: "1s", doc: "of rule groups that name none" }),
    query_offset: durationMillis({
      default: "0s",
      doc: "how far back rules look, for data that comes late; a group's own goes before it",
    }),
    resend_delay: durationMillis({
      default: "1m",
      min: "1s",
      doc: "how often notification is told that an alert goes on; four times that without a word is its end",
    }),
    for_outage_tolerance: durationMillis({
      default: "1h",
      doc: "after a longer stop alerts that were pending begin anew",
    }),
    reload_interval: durationMillis({
      default: "5s",
      min: "1s",
      doc: "how often rule files, the configuration file and its templates are looked at for changes",
    }),
    external_url: string({
      default: "",
      doc: "where people reach Goldspan, for links in messages; empty = the web port on this machine",
    }),
    external_labels: map(string(), { doc: "labels that every alert has which has none of that name" }),
    history: durationMillis({ default: "90d", min: "1h", doc: "how long it is kept what fired and who was told" }),
    sending: object({
      timeout: durationMillis({
        default: "10s",
        min: "100ms",
        doc: "how long a channel may take to answer, where its integration names no `timeout`",
      }),
      give_up_after: durationMillis({
        default: "1h",
        min: "1s",
        doc: "a notification that fails for longer becomes a dead letter, which can be sent again in the UI",
      }),
      queue_size: integer({
        default: 1000,
        min: 1,
        max: 10_000,
        doc: "notifications that may wait for one integration; the oldest give way, as dead letters",
      }),
      rate_limits: map(number({ min: 0.1, max: 60_000 }), {
        doc: "notifications a minute by kind (`slack: 30`) in place of what the vendor allows",
      }),
    }),
  },
  {
    check: ({ external_url, external_labels, sending, alertmanagers }, fail) => {
      for (const kind of Object.keys(sending.rate_limits))
        if (!Object.hasOwn(RATE_LIMITS, kind))
          fail(
            "sending",
            `rate_limits: ${JSON.stringify(kind)} is no kind of channel; they are ${Object.keys(RATE_LIMITS).join(", ")}`,
          );
      if (external_url !== "" && !/^https?:\/\/[^/\s]/.test(external_url))
        fail(
          "external_url",
          `expected an address such as https://goldspan.example.com, got ${JSON.stringify(external_url)}`,
        );
      for (const { url } of alertmanagers)
        if (!/^https?:\/\/[^/\s@]+(?:\/\S*)?$/.test(url))
          fail("alertmanagers", `expected an address such as http://alertmanager:9093, got ${JSON.stringify(url)}`);
      for (const name of Object.keys(external_labels))
        if (!LABEL_NAME.test(name)) fail("external_labels", `${JSON.stringify(name)} is no name of a label`);
    },
  },
);

export type Config = ConfigOf<typeof config>;
