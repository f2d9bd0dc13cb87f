/** The process of the inventory service. */

import { runService } from "../chassis/run-service.ts";
import { inventoryService } from "./inventory-service.ts";

await runService(inventoryService);
