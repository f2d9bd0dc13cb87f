/** The key of the Collector's resource processor. */
import { object, type ConfigOf } from "../../component/config-schema.ts";
import { actions } from "../records/actions-config.ts";

const fields = { attributes: actions("what to do with the attributes of each resource, in this order") };

export const resourceConfig = object(fields, {
  check(config, fail) {
    if (config.attributes.length === 0)
      fail("attributes", "must hold at least one action", "add a list of {key, action}");
  },
});

export type ResourceConfig = ConfigOf<typeof resourceConfig>;
