/** `npm run build`: the program, in collector/dist. Types are for `npm run check`. */
import { join } from "node:path";
import { buildProgram } from "./build-program.ts";

const ROOT = join(import.meta.dirname, "..");

await buildProgram(join(ROOT, "collector/dist"));
console.error(`built: node ${join("collector", "dist", "main.js")}`);
