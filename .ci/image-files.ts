/**
 * Lays out the files of the image, for docker/Dockerfile: node .ci/image-files.ts DIR ARCH. DIR/root is what goes over the base: the npm
 * package with the modules that it loads, of those only what this processor needs; DIR/data is the empty data directory.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EXTERNAL } from "./bundle-collector.ts";

const ROOT = join(import.meta.dirname, "..");
/** As container engines call processors -> as Node does. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: "x64", arm64: "arm64" };

const [given, architecture] = process.argv.slice(2);
const directory = resolve(ROOT, given);
const processor = ARCHITECTURES[architecture];
if (processor === undefined)
  throw new Error(
    `cannot make an image for "${architecture}": Goldspan's images are for ${Object.keys(ARCHITECTURES).join(" and ")}`,
  );
/** Of a module with sources to compile it from and binaries for every system; of others everything is taken. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  "better-sqlite3": ["package.json", "LICENSE", "lib", `prebuilds/linux-${processor}.node`],
};

const program = join(directory, "root/usr/lib/goldspan");
run(process.execPath, [join(ROOT, ".ci/package.ts"), join(directory, "package")], ROOT);
cpSync(join(directory, "package/goldspan"), program, { recursive: true });
rmSync(join(program, "types"), { recursive: true });
copyModules();

chmodSync(join(program, "dist/goldspan.js"), 0o755);
mkdirSync(join(directory, "root/usr/local/bin"), { recursive: true });
symlinkSync("/usr/lib/goldspan/dist/goldspan.js", join(directory, "root/usr/local/bin/goldspan"));
mkdirSync(join(directory, "root/etc/goldspan"), { recursive: true });
mkdirSync(join(directory, "data"), { recursive: true });

/** By the lockfile, for the image's processor, which need not be this machine's. */
function copyModules(): void {
  const folder = mkdtempSync(join(tmpdir(), "goldspan-modules-"));
  try {
    const manifests = globSync(
      ["package.json", "package-lock.json", ".npmrc", "*/package.json", "agents/*/package.json"],
      {
        cwd: ROOT,
      },
    );
    for (const file of manifests) cpSync(join(ROOT, file), join(folder, file));
    const platform = ["--os=linux", `--cpu=${processor}`, "--libc=glibc"];
    run("npm", ["ci", "--loglevel=error", "--omit=dev", "--workspace=collector", ...platform], folder);
    for (const name of EXTERNAL) copyModule(name, join(folder, "node_modules"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With what it loads by processor: such packages are its optional dependencies, of which one was installed. */
function copyModule(name: string, modules: string): void {
  for (const path of KEPT[name] ?? ["."]) {
    if (!existsSync(join(modules, name, path))) throw new Error(`cannot find ${path} in the package ${name}`);
    cpSync(join(modules, name, path), join(program, "node_modules", name, path), { recursive: true });
  }
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")) as {
    optionalDependencies?: Record<string, string>;
  };
  const names = Object.keys(optionalDependencies);
  const installed = names.filter((each) => existsSync(join(modules, each)));
  if (names.length > 0 && installed.length !== 1)
    throw new Error(
      `cannot tell what ${name} needs on ${processor}: ${installed.join(" and ") || "nothing"} was installed`,
    );
  for (const each of installed) cpSync(join(modules, each), join(program, "node_modules", each), { recursive: true });
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${error ? error.message : String(status)}`);
}
