/**
 * Lays out the files of the image, for docker/Dockerfile: node .ci/image-files.ts DIR ARCH. DIR/root is what goes over the base: the npm
 * package with the one module that it loads, of that only what this processor needs; DIR/data is the empty data directory.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { EXTERNAL } from "./bundle-collector.ts";

const ROOT = join(import.meta.dirname, "..");
/** As container engines call processors -> as Node does. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: "x64", arm64: "arm64" };
/** Of a native module: its code and the binary; not the sources to compile it from. */
const KEPT = ["package.json", "LICENSE", "lib"];

const [directory, architecture] = process.argv.slice(2);
const processor = ARCHITECTURES[architecture];
if (processor === undefined)
  throw new Error(
    `cannot make an image for "${architecture}": Goldspan's images are for ${Object.keys(ARCHITECTURES).join(" and ")}`,
  );

const program = join(directory, "root/usr/lib/goldspan");
const { status } = spawnSync(process.execPath, [join(ROOT, ".ci/package.ts"), join(directory, "package")], {
  cwd: ROOT,
  stdio: "inherit",
});
if (status !== 0) throw new Error(`cannot make the package: it ended with ${String(status)}`);
cpSync(join(directory, "package/goldspan"), program, { recursive: true });
rmSync(join(program, "types"), { recursive: true });
for (const name of EXTERNAL) copyModule(name);

chmodSync(join(program, "dist/goldspan.js"), 0o755);
mkdirSync(join(directory, "root/usr/local/bin"), { recursive: true });
symlinkSync("/usr/lib/goldspan/dist/goldspan.js", join(directory, "root/usr/local/bin/goldspan"));
mkdirSync(join(directory, "root/etc/goldspan"), { recursive: true });
mkdirSync(join(directory, "data"), { recursive: true });

function copyModule(name: string): void {
  const [from, to] = [join(ROOT, "node_modules", name), join(program, "node_modules", name)];
  const binary = `prebuilds/linux-${processor}.node`;
  if (!existsSync(join(from, binary))) throw new Error(`cannot find ${binary} in ${from}`);
  for (const path of [...KEPT, binary]) cpSync(join(from, path), join(to, path), { recursive: true });
}
