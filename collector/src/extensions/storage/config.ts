/** Keys of the storage extension. */
import { durationMillis, object, sizeBytes, string, type ConfigOf } from "../../component/config-schema.ts";

export const config = object({
  directory: string({ default: "./data", doc: "where all data lies; relative to the working directory" }),
  retention: durationMillis({
    default: "7d",
    doc: "how long data is kept after it came, however old its timestamps are; 0 = for ever",
  }),
  max_disk: sizeBytes({
    default: "10GiB",
    doc: "the oldest data goes when all files together are larger; 0 = no limit",
  }),
});

export type Config = ConfigOf<typeof config>;
