/** The nop extension takes no keys. */
import { object } from "../../component/config-schema.ts";

export const nopExtensionConfig = object({});
