// Runs a script with the project's own Node 24, whatever Node is on this machine: node .ci/node24.mjs SCRIPT [ARGUMENT…]
// First installs what is missing or out of date (`npm ci`, by the lockfile). Needs any Node from 16 on and npm.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".installed-from");
const windows = process.platform === "win32";

install();
const node = findNode();
const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("cannot run nothing: write node .ci/node24.mjs SCRIPT [ARGUMENT…]");
const child = spawn(node, [script, ...args], {
  cwd: root,
  stdio: "inherit",
  // Tools started by the script find this Node first, too.
  env: { ...process.env, PATH: [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter) },
});
// A signal to npm ends npm and its shell without a word to us: what they started must not go on alone.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill("SIGTERM");
}, 500).unref();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));

function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("Installing dependencies (npm ci) …\n");
  // npm's words go to stderr: stdout belongs to the script. Its warnings are that packages want a newer Node than the one it runs
  // with: they get it.
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: windows,
  });
  if (error || status !== 0)
    fail(`cannot install the dependencies: npm ci ended with ${error ? error.message : status}`);
  writeFileSync(stamp, wanted);
}

function findNode() {
  const own = join(root, "node_modules", ".bin", windows ? "node.cmd" : "node");
  if (existsSync(own) && isNode24(own)) return own;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  return fail(
    `cannot find Node 24: there is no package of it for ${process.platform} ${process.arch}, and this is Node ${process.versions.node}; install Node 24 and try again`,
  );
}

function isNode24(path) {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", shell: windows });
  return /^v(2[4-9]|[3-9]\d)\./.test(stdout ?? "");
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
