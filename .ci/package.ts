/**
 * `npm run package [-- DIR]`: the npm package `goldspan` as a folder, DIR/goldspan, and as a file beside it (DIR is dist when absent): the
 * build, its types, a manifest with nothing but what the program loads from node_modules, licences and a CycloneDX list. The image holds
 * the same folder.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildProgram } from "./build-program.ts";
import { EXTERNAL } from "./bundle-collector.ts";
import { writeDeclarations } from "./declarations.ts";
import { softwareBillOfMaterials, thirdPartyLicenses } from "./third-party.ts";

const ROOT = join(import.meta.dirname, "..");
const DIRECTORY = resolve(ROOT, process.argv[2] ?? "dist");
const TARGET = join(DIRECTORY, "goldspan");
/** Whoever only has the package reads these there. */
const FILES = ["LICENSE", "NOTICE", "CHANGELOG.md"];

interface Manifest {
  readonly [key: string]: unknown;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
await buildProgram(join(TARGET, "dist"));
for (const file of FILES) cpSync(join(ROOT, file), join(TARGET, file));
cpSync(join(ROOT, "collector/PACKAGE.md"), join(TARGET, "README.md"));
writeFileSync(join(TARGET, "third-party-licenses.txt"), thirdPartyLicenses());
writeFileSync(join(TARGET, "sbom.cdx.json"), softwareBillOfMaterials());
const source = JSON.parse(readFileSync(join(ROOT, "collector/package.json"), "utf8")) as Manifest;
const entries = Object.values(source.exports).map((file) => file.replace("./src/", ""));
writeDeclarations(entries, join(TARGET, "types"));
writeFileSync(join(TARGET, "package.json"), `${JSON.stringify(manifestOf(source), undefined, 2)}\n`);
pack();

/** The workspace's manifest, with paths of the build in place of sources, and without what is bundled or for development. */
function manifestOf({ name, version, description, license, type, engines, exports, dependencies }: Manifest): object {
  return {
    name,
    version,
    description,
    keywords: ["opentelemetry", "otlp", "observability", "tracing", "logs", "metrics"],
    license,
    bin: { goldspan: "dist/goldspan.js" },
    type,
    exports: {
      ...Object.fromEntries(Object.entries(exports).map(([entry, file]) => [entry, builtExport(file)])),
      "./package.json": "./package.json",
    },
    dependencies: Object.fromEntries(EXTERNAL.map((each) => [each, dependencies[each]])),
    engines,
  };
}

/** The contract is types alone: it has no code in the build. */
function builtExport(file: string): object {
  const path = file.replace(/^\.\/src\//, "").replace(/\.ts$/, "");
  const types = `./types/${path}.d.ts`;
  return path.startsWith("api/") ? { types } : { types, default: `./dist/${path}.js` };
}

function pack(): void {
  const { status } = spawnSync("npm", ["pack", "--silent", TARGET, "--pack-destination", DIRECTORY], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`cannot pack ${TARGET}: npm pack ended with ${String(status)}`);
}
