/** The forward connector takes no keys. */
import { object } from "../../component/config-schema.ts";

export const forwardConnectorConfig = object({});
