/** `npm run build`: the UI, and the collector as JavaScript with the UI beside it: collector/dist. Types are for `npm run check`. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildUi } from "./build-ui.ts";
import { bundleCollector } from "./bundle-collector.ts";

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "collector/dist");

buildUi();
rmSync(DIST, { recursive: true, force: true });
await bundleCollector(join(ROOT, "collector/src"), DIST);
cpSync(join(ROOT, "ui/dist"), join(DIST, "ui"), { recursive: true });
console.error(`built: node ${join("collector", "dist", "main.js")} --config otel-config.yaml`);
