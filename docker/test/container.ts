/** A container of the image under test, run as hardened as the documentation says, with its ports on free ones of the loopback. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, Output } from "./engine.ts";

const READY_MILLIS = 30_000;
const POLL_MILLIS = 20;
export const STOP_SECONDS = 10;

export interface Addresses {
  /** http://127.0.0.1:PORT */
  readonly web: string;
  /** That its web port asks for, out of the link in its log. */
  readonly token: string;
  readonly otlp: string;
  readonly otlpPort: number;
}

export interface HardenedOptions {
  /** Mounted at /data. */
  readonly volume: string;
  /** Of the program. */
  readonly args?: readonly string[];
  /** Of the engine. */
  readonly options?: readonly string[];
}

/** What the documentation says, and for podman that /tmp is read-only too, as it is with docker. */
export function hardened(engine: Engine): string[] {
  return [
    "--read-only",
    ...(engine.name === "podman" ? ["--read-only-tmpfs=false"] : []),
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--user=10001:10001",
    "--memory=256m",
  ];
}

export class Container {
  readonly #engine: Engine;
  readonly id: string;

  private constructor(engine: Engine, id: string) {
    this.#engine = engine;
    this.id = id;
  }

  static async start(
    engine: Engine,
    image: string,
    { volume, args = [], options = [] }: HardenedOptions,
  ): Promise<Container> {
    const ports = ["4318", "8317"].map((port) => `--publish=127.0.0.1::${port}`);
    const mount = `--volume=${volume}:/data`;
    return new Container(
      engine,
      await engine.start([...hardened(engine), ...ports, mount, ...options, image, ...args]),
    );
  }

  /** Free ports may be others after each start. @throws Error with the log when it is not ready in time */
  async ready(): Promise<Addresses> {
    const addresses = await this.#addresses();
    const end = Date.now() + READY_MILLIS;
    while (Date.now() < end) {
      const answer = await fetch(`${addresses.web}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      );
      const token = answer?.status === 200 ? await this.#token() : undefined;
      if (token !== undefined) return { ...addresses, token };
      if ((await this.inspect("{{.State.Running}}")) !== "true") break;
      await sleep(POLL_MILLIS);
    }
    throw new Error(`the container was not ready in time: ${(await this.log()).slice(-2000)}`);
  }

  /** Printed when everything listens, a moment after the first answer. */
  async #token(): Promise<string | undefined> {
    return /^Goldspan is at http:\/\/localhost:\d+\/\?token=(\S+)$/m.exec(await this.log())?.[1];
  }

  async #addresses(): Promise<Omit<Addresses, "token">> {
    const portOf = async (port: string) => {
      const text = await this.#engine.must(["port", this.id, port]);
      return Number(/:(\d+)\s*$/.exec(text)?.[1]);
    };
    const [otlp, web] = [await portOf("4318"), await portOf("8317")];
    return { web: `http://127.0.0.1:${web}`, otlp: `http://127.0.0.1:${otlp}`, otlpPort: otlp };
  }

  /** From the start of its process to the log's line that says that everything listens, of the latest start. */
  async startMillis(): Promise<number> {
    const started = Date.parse((await this.inspect("{{json .State.StartedAt}}")).replaceAll('"', ""));
    const lines = (await this.log())
      .split("\n")
      .filter((line) => line.includes('"msg":"ready"') && line.includes('"ts"'));
    return Date.parse((JSON.parse(lines.at(-1) ?? "{}") as { ts: string }).ts) - started;
  }

  inspect(format: string): Promise<string> {
    return this.#engine.must(["inspect", "--format", format, this.id]);
  }

  async log(): Promise<string> {
    const { stdout, stderr } = await this.#engine.run(["logs", this.id]);
    return stdout + stderr;
  }

  exec(...command: string[]): Promise<Output> {
    return this.#engine.run(["exec", this.id, ...command]);
  }

  /** Of the program's process: its lines of /proc/1/status by name. */
  async status(): Promise<ReadonlyMap<string, string>> {
    const { stdout } = await this.exec("node", "-p", 'require("fs").readFileSync("/proc/1/status", "utf8")');
    return new Map(
      stdout.split("\n").map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    );
  }

  /** Of the program's process so far, user and system. */
  async cpuMillis(): Promise<number> {
    const { stdout } = await this.exec("node", "-p", 'require("fs").readFileSync("/proc/1/stat", "utf8")');
    // Behind the name, which may hold anything: the 14th and 15th field of all, in hundredths of a second.
    const fields = stdout.slice(stdout.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async memoryMegabytes(which: "VmRSS" | "VmHWM"): Promise<number> {
    return parseInt((await this.status()).get(which) ?? "", 10) / 1000;
  }

  /** SIGTERM; the exit code, and how long it took. */
  async stop(): Promise<{ code: number; seconds: number }> {
    const before = Date.now();
    await this.#engine.must(["stop", "--time", String(STOP_SECONDS), this.id]);
    const seconds = (Date.now() - before) / 1000;
    return { code: Number(await this.inspect("{{.State.ExitCode}}")), seconds };
  }

  /** @throws Error with the state and the log when it has ended */
  async mustRun(): Promise<void> {
    const state = await this.inspect(
      "running {{.State.Running}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}",
    );
    if (!state.startsWith("running true"))
      throw new Error(`the container has ended by itself: ${state}; ${(await this.log()).slice(-1000)}`);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.mustRun();
    await this.#engine.must(["kill", this.id]);
    await this.#engine.must(["wait", this.id]);
  }

  async startAgain(): Promise<Addresses> {
    await this.#engine.must(["start", this.id]);
    return this.ready();
  }

  /** Resolves with the exit code when it has ended by itself. */
  async wait(): Promise<number> {
    return Number(await this.#engine.must(["wait", this.id]));
  }

  remove(): Promise<void> {
    return this.#engine.remove(this.id);
  }
}
