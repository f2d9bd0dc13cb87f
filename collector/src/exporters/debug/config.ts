/** The keys of the Collector's debug exporter (https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/debugexporter). */
import { boolean, integer, list, object, string, type ConfigOf, type Field } from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";

export type Verbosity = "basic" | "normal" | "detailed";

export const debugConfig = object({
  verbosity: string({
    default: "basic",
    oneOf: ["basic", "normal", "detailed"],
    doc: "basic = a line per batch; normal = a line per record as well; detailed = everything",
  }) as Field<Verbosity>,
  sampling_initial: integer({ default: 2, min: 0, doc: "batches of a signal that are written each second" }),
  sampling_thereafter: integer({
    default: 1,
    min: 0,
    doc: "after these every n-th batch of the second is written; 1 = all, 0 = none",
  }),
  use_internal_logger: boolean({
    default: true,
    doc: "false = the line per batch is written as text as well, not as a JSON log line",
  }),
  output_paths: list(
    string({ check: (path) => (path === "stderr" ? undefined : "stderr: nothing but the ready line goes to stdout") }),
    { default: ["stderr"], doc: "only stderr" },
  ),
  sending_queue: ignored("batches are written at once"),
});

export type DebugConfig = ConfigOf<typeof debugConfig>;
