/** The nop exporter takes no keys. */
import { object } from "../../component/config-schema.ts";

export const nopExporterConfig = object({});
