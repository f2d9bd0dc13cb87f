/** The nop connector takes no keys. */
import { object } from "../../component/config-schema.ts";

export const nopConnectorConfig = object({});
