/** Keys of the storage extension. */
import {
  boolean,
  durationMillis,
  integer,
  object,
  sizeBytes,
  string,
  type ConfigOf,
} from "../../component/config-schema.ts";
import { LEAST_MEMORY_BYTES } from "../../component/memory-limit.ts";

export const config = object(
  {
    directory: string({ default: "./data", doc: "where all data lies; relative to the working directory" }),
    retention: durationMillis({
      default: "7d",
      doc: "how long data is kept after it came, however old its timestamps are; 0 = for ever",
    }),
    max_disk: sizeBytes({
      default: "10GiB",
      doc: "the oldest data goes when partitions, journals and documents together are larger (pins have their own budget; what is in `quarantine/` is yours); 0 = no limit",
    }),
    max_pinned: sizeBytes({
      default: "256MiB",
      doc: "for copies of pinned traces, beside max_disk; when it is used up no more are pinned; 0 = no limit",
    }),
    max_memory: sizeBytes({
      default: "0",
      doc: "for requests in flight (10 %), open blocks (45 %) and decoded blocks kept for queries (45 %); Node's own some 100 MB come on top; 0 = a quarter of what the process may have, 64MiB at least and 128MiB at most",
    }),
    max_series: integer({
      default: 200_000,
      min: 0,
      doc: "series of metrics that may be in use (had a sample within the last hour), about 400 bytes of memory each (1 KiB at most, on average); samples of further ones are refused, the last tenth to jobs that are new or have many; 0 = no limit",
    }),
    max_series_per_job: integer({
      default: 100_000,
      min: 0,
      doc: "of one job (label job: a service or a scrape configuration; where there is none service_name, else the metric), so that one sender's explosion takes no place from the others; 0 = no limit",
    }),
    json_bodies: boolean({
      default: true,
      doc: "whether members of log bodies that are the text of a JSON object are searched like attributes (`user.id`); the body stays as it was sent, and nothing more is stored",
    }),
    query: object(
      {
        timeout: durationMillis({ default: "10s", doc: "longest time a query may take; 0 = no limit" }),
        max_bytes_scanned: sizeBytes({
          default: "4GiB",
          doc: "bytes of blocks, decompressed, that a query may read; 0 = no limit",
        }),
        max_rows: integer({
          default: 2_000_000,
          min: 0,
          doc: "spans or log records (16 samples of metrics count as one) that a query may hold for its answer; 0 = no limit",
        }),
      },
      { doc: "limits of a query; beyond them it fails and says how to narrow it" },
    ),
  },
  {
    check: ({ max_memory }, fail) => {
      if (max_memory !== 0 && max_memory < LEAST_MEMORY_BYTES)
        fail("max_memory", `expected 0 or at least 64MiB, got ${max_memory} bytes`);
    },
  },
);

export type Config = ConfigOf<typeof config>;
