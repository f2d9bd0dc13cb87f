/** The keys of the Collector's attributes processor; see records/ for actions and include/exclude. */
import { object, type ConfigOf } from "../../component/config-schema.ts";
import { actions } from "../records/actions-config.ts";
import { matchProperties } from "../records/match-config.ts";

const fields = {
  actions: actions("what to do with the attributes of each record, in this order"),
  include: matchProperties,
  exclude: matchProperties,
};

export const attributesConfig = object(fields, {
  check(config, fail) {
    if (config.actions.length === 0) fail("actions", "must hold at least one action", "add a list of {key, action}");
  },
});

export type AttributesConfig = ConfigOf<typeof attributesConfig>;
