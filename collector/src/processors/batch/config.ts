/** The keys of the Collector's batch processor (https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/batchprocessor). */
import { durationMillis, integer, list, object, string, type ObjectOf } from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";

const fields = {
  timeout: durationMillis({ default: "200ms", doc: "a batch is sent after this time at the latest; 0 = at once" }),
  send_batch_size: integer({
    default: 8192,
    min: 0,
    doc: "number of records at which a batch is sent; 0 = every request is sent at once",
  }),
  send_batch_max_size: integer({ default: 0, min: 0, doc: "larger batches are split; 0 = no limit" }),
  metadata_keys: list(string(), { doc: "not supported: batches carry no client metadata" }),
  metadata_cardinality_limit: ignored("there are no metadata_keys"),
};

export type BatchConfig = ObjectOf<typeof fields>;

export const batchConfig = object(fields, {
  check(config, fail) {
    if (config.send_batch_max_size > 0 && config.send_batch_max_size < config.send_batch_size)
      fail("send_batch_max_size", `must not be smaller than send_batch_size (${config.send_batch_size})`);
    if (config.metadata_keys.length > 0)
      fail(
        "metadata_keys",
        "is not supported: batches carry no client metadata",
        "remove it; all senders share one batch",
      );
  },
});
