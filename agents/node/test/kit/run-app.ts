/**
 * Starts an app under the agent in a process of its own and watches it. In: an app of test/apps, environment, arguments.
 * Out: its output so far and how it ended. Everything that waits has a bound.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { waitFor } from "./wait-for.ts";

const AGENT = new URL("../../src/register.ts", import.meta.url).href;

export interface AppOptions {
  env?: Record<string, string>;
  args?: string[];
  cwd?: string;
  /** Path of the script; default: the app of that name in test/apps. */
  script?: string;
}

export class App {
  readonly #child: ChildProcess;
  stdout = "";
  stderr = "";
  /** Set when the process has ended and its output is complete. */
  ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;

  constructor(name: string, options: AppOptions = {}) {
    const script = options.script ?? fileURLToPath(new URL(`../apps/${name}`, import.meta.url));
    this.#child = spawn(process.execPath, ["--import", AGENT, script, ...(options.args ?? [])], {
      cwd: options.cwd,
      env: { PATH: process.env.PATH, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#child.on("close", (code, signal) => (this.ended = { code, signal }));
  }

  /** The address of an app that prints `port N`. */
  async url(): Promise<string> {
    const found = await waitFor("the app's port", () => /port (\d+)/.exec(this.stdout) ?? undefined);
    return `http://127.0.0.1:${found[1]}`;
  }

  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return await waitFor("the app's end", () => this.ended);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
