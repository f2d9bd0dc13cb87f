/**
 * The container engine that the tests drive, docker or podman: finds one or installs podman, runs its commands with a time limit, and
 * ends what it started, by id. Podman's images and containers lie in a storage of their own, so that a stand-in for a public image is
 * never taken for it by anybody else.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./install-packages.ts";

/** Kept from run to run: making the base image takes a minute. */
export const STORAGE = "/var/tmp/goldspan-test-image";
const COMMAND_MILLIS = 60_000;

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly timeoutMillis?: number;
  /** Shows what the command says while it runs. */
  readonly loud?: boolean;
}

export class Engine {
  readonly name: "docker" | "podman";
  readonly #options: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #containers = new Set<string>();
  readonly #volumes = new Set<string>();

  constructor(name: "docker" | "podman", options: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.#options = options;
    this.#env = { ...process.env, ...env };
  }

  /** Resolves whatever the exit code; null = it was ended for taking too long, or there is no such program. */
  run(args: readonly string[], options?: CommandOptions): Promise<Output> {
    return this.#spawn(this.name, [...this.#options, ...args], options);
  }

  /** What docker compose or podman-compose does with these arguments; podman-compose is installed where it can be. */
  async compose(args: readonly string[], options?: CommandOptions): Promise<Output> {
    if (this.name === "docker") return this.run(["compose", ...args], options);
    if (spawnSync("podman-compose", ["--version"]).error) {
      const refusal = installPackages(["podman-compose"]);
      if (refusal !== undefined)
        return { code: null, stdout: "", stderr: `podman-compose cannot be installed: ${refusal}` };
    }
    // It takes a program and no options for it.
    const program = join(STORAGE, "podman");
    writeFileSync(program, `#!/bin/sh\nexec podman ${this.#options.join(" ")} "$@"\n`, { mode: 0o755 });
    return this.#spawn("podman-compose", ["--podman-path", program, ...args], options);
  }

  #spawn(
    program: string,
    args: readonly string[],
    { timeoutMillis = COMMAND_MILLIS, loud = false }: CommandOptions = {},
  ): Promise<Output> {
    return new Promise((resolve) => {
      const child = spawn(program, args, {
        env: this.#env,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: timeoutMillis,
        killSignal: "SIGKILL",
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
        if (loud) process.stderr.write(chunk);
      });
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
        if (loud) process.stderr.write(chunk);
      });
      child.on("error", (error) => resolve({ code: null, stdout, stderr: error.message }));
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** The trimmed stdout. @throws Error with what the command said when it fails */
  async must(args: readonly string[], options?: CommandOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code === 0) return stdout.trim();
    throw new Error(
      `${this.name} ${args.join(" ")} ended with ${String(code)}: ${(stderr || stdout).trim().slice(-2000)}`,
    );
  }

  /** Starts a container and returns its id; `removeAll` ends it. */
  async start(args: readonly string[]): Promise<string> {
    const id = await this.must(["run", "--detach", ...args]);
    this.#containers.add(id);
    return id;
  }

  async createVolume(): Promise<string> {
    const name = await this.must(["volume", "create"]);
    this.#volumes.add(name);
    return name;
  }

  async remove(container: string): Promise<void> {
    await this.run(["rm", "--force", container]);
    this.#containers.delete(container);
  }

  /** Everything that was started here, by id. */
  async removeAll(): Promise<void> {
    for (const id of this.#containers) await this.remove(id);
    for (const name of this.#volumes) await this.run(["volume", "rm", name]);
    this.#volumes.clear();
  }
}

/** An engine that works, podman installed where it can be; or why there is none. */
export async function findEngine(): Promise<Engine | string> {
  const docker = new Engine("docker");
  if ((await docker.run(["info"], { timeoutMillis: 20_000 })).code === 0) return docker;
  return findPodman();
}

export async function findPodman(): Promise<Engine | string> {
  if (process.platform !== "linux") return "no docker that answers";
  if (process.getuid?.() !== 0) return "no docker that answers, and podman is only tried as root";
  if (spawnSync("podman", ["--version"]).status !== 0) {
    const refusal = installPackages(["podman", "runc", "netavark", "aardvark-dns", "iptables", "catatonit"]);
    if (refusal !== undefined) return `no docker that answers, and podman cannot be installed: ${refusal}`;
  }
  const podman = new Engine(
    "podman",
    ["--root", join(STORAGE, "storage"), "--runroot", join(STORAGE, "run")],
    podmanEnvironment(),
  );
  const { code, stderr } = await podman.run(["info"]);
  return code === 0 ? podman : `podman does not work here: ${stderr.trim()}`;
}

/** Works without systemd and on machines that have both kinds of control groups, where crun fails. */
function podmanEnvironment(): NodeJS.ProcessEnv {
  mkdirSync(STORAGE, { recursive: true });
  const path = join(STORAGE, "containers.conf");
  const runtime = ["/usr/sbin/runc", "/usr/bin/runc"].some((each) => existsSync(each)) ? 'runtime = "runc"\n' : "";
  writeFileSync(
    path,
    `[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
${runtime}cgroup_manager = "cgroupfs"
events_logger = "file"
`,
  );
  return { CONTAINERS_CONF: path };
}
