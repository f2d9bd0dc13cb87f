/**
 * The entry of `node --import @goldspan/agent-node app.js`: decides whether this process is to be observed and starts
 * the agent. Whatever goes wrong here must not keep the app from running.
 */

import { basename } from "node:path";
import { isMainThread } from "node:worker_threads";
import { findAppPackage } from "./app-package.ts";
import { Environment } from "./environment.ts";
import { readSettings } from "./settings.ts";
import { startAgent } from "./start-agent.ts";

/** With NODE_OPTIONS the agent gets into package managers too, which only start the app. */
const TOOLS = /^(npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(-cli)?(\.[cm]?js)?$/;

function register(): void {
  const env = new Environment(process.env);
  const settings = readSettings(env);
  const script = process.argv[1];
  if (settings.disabled || (!isMainThread && !settings.workerThreads)) return;
  if (script !== undefined && TOOLS.test(basename(script))) return;

  const write = (line: string): void => {
    if (!settings.quiet) process.stderr.write(`${line}\n`);
  };
  for (const warning of env.warnings) write(`goldspan agent: ${warning}`);
  try {
    startAgent(settings, env, findAppPackage(script, process.cwd()), write);
  } catch (error) {
    write(`goldspan agent: cannot start, the app runs without telemetry: ${(error as Error).stack ?? String(error)}`);
  }
}

register();
