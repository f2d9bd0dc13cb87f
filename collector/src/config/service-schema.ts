/** The schema of the `service` section: extensions, pipelines and the collector's own telemetry. References keep their places. */
import type { Place } from "../component/config-node.ts";
import { fail, list, map, object, report, scalar, string, type Field } from "../component/config-schema.ts";
import { ignored } from "../component/ignored-field.ts";
import type { LogLevel } from "../component/logger.ts";

/** A component id where it is used. */
export interface Reference {
  readonly id: string;
  readonly at: Place;
}

const reference: Field<Reference> = scalar("component id", {}, (node) => {
  if (node.kind !== "scalar") return fail("a component id");
  return { value: { id: node.text.trim(), at: node.at } };
});

/** What is no id was reported when it was read, and is left out: whoever uses the list need not expect holes. */
function references(doc: string): Field<readonly Reference[]> {
  const all = list(reference, { doc });
  return {
    ...all,
    read(node, context) {
      if (node?.kind === "list") {
        for (const [i, item] of node.items.entries()) {
          const place = { ...context, path: `${context.path}[${i}]` };
          if (item.kind === "null") report(place, item, "expected a component id, got nothing");
        }
      }
      return all.read(node, context).filter((each) => each !== undefined);
    },
  };
}

/** zap's levels, as the Collector takes them in either case. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  debug: "debug",
  info: "info",
  warn: "warn",
  error: "error",
  dpanic: "error",
  panic: "error",
  fatal: "error",
};

const logLevel = scalar<LogLevel>("string", { default: "info", doc: "debug, info, warn or error" }, (node) => {
  const level = node.kind === "scalar" ? LEVELS[node.text.toLowerCase()] : undefined;
  return level ? { value: level } : fail("one of debug, info, warn, error");
});

const LINES = "logs are JSON lines on stderr";
const METRICS = "the collector's own metrics are at /metrics on the web port";

const telemetrySchema = object({
  logs: object({
    level: logLevel,
    encoding: ignored(LINES),
    development: ignored(LINES),
    disable_caller: ignored(LINES),
    disable_stacktrace: ignored(LINES),
    disable_zap_resource: ignored(LINES),
    sampling: ignored("every line is written"),
    output_paths: ignored(LINES),
    error_output_paths: ignored(LINES),
    initial_fields: ignored(LINES),
    processors: ignored(LINES),
  }),
  metrics: object({
    level: string({
      default: "normal",
      oneOf: ["none", "basic", "normal", "detailed"],
      doc: "none makes /metrics empty; the other levels give the same metrics",
    }) as Field<"none" | "basic" | "normal" | "detailed">,
    address: ignored(METRICS),
    readers: ignored(METRICS),
    views: ignored(METRICS),
  }),
  traces: ignored("the collector does not trace itself"),
  resource: ignored("the collector's own metrics carry no resource"),
});

export const serviceSchema = object({
  extensions: references("ids of the extensions to start, in this order"),
  pipelines: map(
    object({
      receivers: references("where the data comes from; at least one"),
      processors: references("what is done with it, in this order"),
      exporters: references("where it goes; at least one"),
    }),
    { doc: "traces, logs or metrics, or one of these with /name" },
  ),
  telemetry: telemetrySchema,
});
