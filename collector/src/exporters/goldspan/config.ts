/** Keys of the goldspan exporter. */
import { object, string, type ConfigOf } from "../../component/config-schema.ts";

export const config = object({
  storage: string({ default: "storage", doc: "id of the storage extension to write to" }),
});

export type Config = ConfigOf<typeof config>;
