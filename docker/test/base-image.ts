/**
 * The image that the Dockerfile builds on: the real one, or where no registry of images can be reached a stand-in under the same name,
 * made of Debian's packages and this project's Node, in the tests' own storage. The stand-in shows that the Dockerfile builds and that
 * the image runs; it is not the base that users get, and the table says so.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { realpathSync } from "node:fs";
import { STORAGE, type Engine } from "./engine.ts";
import { installPackages } from "./install-packages.ts";

const PULL_MILLIS = 5 * 60_000;
const DEBOOTSTRAP_MILLIS = 15 * 60_000;
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
const STAND_IN_LABEL = "goldspan.stand-in";

export interface BaseImage {
  readonly name: string;
  readonly isStandIn: boolean;
}

/** The Dockerfile's base. @throws Error when the Dockerfile names more than one */
export function baseOf(dockerfile: string): string {
  const names = [...readFileSync(dockerfile, "utf8").matchAll(/^FROM (?:--\S+ )*(\S+)/gm)].map(([, name]) => name);
  const [name] = names;
  if (names.length === 0 || names.some((each) => each !== name))
    throw new Error(`cannot tell the base of ${dockerfile}: it names ${names.join(", ")}`);
  return name;
}

/** Makes the image known to the engine, or says why that cannot be. */
export async function prepareBase(engine: Engine, name: string): Promise<BaseImage | string> {
  const known = await engine.run([
    "image",
    "inspect",
    "--format",
    `{{index .Config.Labels "${STAND_IN_LABEL}"}}`,
    name,
  ]);
  if (known.code === 0) return { name, isStandIn: known.stdout.trim() === "true" };
  const pulled = await engine.run(["pull", name], { timeoutMillis: PULL_MILLIS, loud: true });
  if (pulled.code === 0) return { name, isStandIn: false };
  if (engine.name === "docker") return `docker cannot pull ${name}`;
  const refusal = await makeStandIn(engine, name);
  return refusal ?? { name, isStandIn: true };
}

/** Undefined = it is there. */
async function makeStandIn(engine: Engine, name: string): Promise<string | undefined> {
  if (!existsSync("/usr/sbin/debootstrap")) {
    const refusal = installPackages(["debootstrap"]);
    if (refusal !== undefined) return `no registry of images can be reached, and no stand-in can be made: ${refusal}`;
  }
  const suite = /-(\w+)-slim$/.exec(name)?.[1];
  if (suite === undefined) return `no registry of images can be reached, and there is no stand-in for ${name}`;
  console.error(`Making a stand-in for ${name} (debootstrap) …`);
  const folder = mkdtempSync(join(STORAGE, "stand-in-"));
  try {
    const root = join(folder, "root");
    const made = spawnSync("debootstrap", ["--variant=minbase", suite, root], {
      stdio: ["ignore", "ignore", 2],
      timeout: DEBOOTSTRAP_MILLIS,
    });
    if (made.status !== 0) return `debootstrap ended with ${made.error ? made.error.message : String(made.status)}`;
    addNode(root);
    // What only apt needs.
    for (const path of ["var/cache/apt", "var/lib/apt/lists"])
      rmSync(join(root, path), { recursive: true, force: true });
    const tar = join(folder, "root.tar");
    if (spawnSync("tar", ["-C", root, "-cf", tar, "."]).status !== 0) return "tar could not pack the stand-in";
    const changes = [
      `LABEL ${STAND_IN_LABEL}=true`,
      "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ];
    if (existsSync(CERTIFICATES)) changes.push(`ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`);
    const options = changes.flatMap((change) => ["--change", change]);
    await engine.must(["import", ...options, tar, name], { timeoutMillis: PULL_MILLIS });
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node as this script runs on it, npm as it stands beside the system's, and the certificates that this machine trusts. */
function addNode(root: string): void {
  cpSync(realpathSync(process.execPath), join(root, "usr/local/bin/node"));
  const npm = dirname(
    dirname(realpathSync(spawnSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).stdout.trim())),
  );
  const to = join(root, "usr/local/lib/node_modules/npm");
  cpSync(npm, to, { recursive: true, dereference: true });
  for (const program of ["npm", "npx"])
    symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, join(root, "usr/local/bin", program));
  if (!existsSync(CERTIFICATES)) return;
  mkdirSync(resolve(root, dirname(CERTIFICATES).slice(1)), { recursive: true });
  cpSync(realpathSync(CERTIFICATES), join(root, CERTIFICATES));
}
