/** Whether the configuration's addresses can be had; where one is taken, by whom, and whether that is Goldspan. Listens for a moment on each. */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { messageOf } from "../../base/errors.ts";
import { parseEndpoint, type Endpoint } from "../../component/endpoint.ts";
import { explainListenError } from "../../component/listen.ts";
import type { Listener } from "../../config/listeners.ts";
import { askUrl } from "../ask-url.ts";
import { addressOf } from "../own-address.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";
import { holderOf, type Holder } from "./port-holder.ts";

const PATIENCE_MILLIS = 3000;
const GOLDSPAN = /goldspan|collector\/(?:src|dist)\/main\.[jt]s/;

export async function checkPorts(listeners: readonly Listener[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  for (const listener of listeners) {
    const { key, endpoint, transport } = listener;
    const parsed = parseEndpoint(endpoint);
    const check = `port of ${key}`;
    if (transport === "unix" || typeof parsed === "string") {
      findings.push(ok(check, `${endpoint}, a socket in the file system`));
      continue;
    }
    if (parsed.port === 0) {
      findings.push(ok(check, `${endpoint}: any free one`));
      continue;
    }
    const same = `${transport} ${parsed.port}`;
    const other = seen.get(same);
    seen.set(same, key);
    if (other !== undefined) {
      findings.push(fail(check, `${endpoint} is the port of ${other}, too`, `set another in ${key}`));
      continue;
    }
    findings.push(await checkPort(listener, parsed, transport, check));
  }
  return findings;
}

async function checkPort(
  listener: Listener,
  endpoint: Endpoint,
  transport: "tcp" | "udp",
  check: string,
): Promise<Finding> {
  const { key, endpoint: text } = listener;
  try {
    await (transport === "udp" ? tryUdp(endpoint) : tryTcp(endpoint));
    return ok(check, `${text} is free`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE")
      return fail(check, messageOf(explainListenError(error as NodeJS.ErrnoException, text, key)), `change ${key}`);
    const holder = holderOf(endpoint.port, transport);
    const said = listener.type === "web" ? await askWeb(listener) : undefined;
    if (said !== undefined) return inUse(check, text, `${said}${named(holder, " (process ")}`);
    if (holder && GOLDSPAN.test(holder.command))
      return inUse(check, text, `Goldspan runs there${named(holder, " (process ")}`);
    const by = holder ? `process ${holder.pid} (${holder.command})` : "a process that this user may not see";
    return fail(check, `${text} is in use by ${by}`, `stop it, or set another in ${key}`);
  }
}

/** A second one would not start: but who has one that runs asks how that does. */
function inUse(check: string, text: string, said: string): Finding {
  return /not ready|no answer/.test(said)
    ? warn(check, `${text}: ${said}`, "look at its log")
    : ok(check, `${text}: ${said}`);
}

function named(holder: Holder | undefined, before: string): string {
  return holder ? `${before}${holder.pid})` : "";
}

/** What answers at the web port, in words; undefined = it isn't Goldspan, or says nothing. */
async function askWeb(listener: Listener): Promise<string | undefined> {
  const address = addressOf(listener);
  if (address === undefined || listener.wantsCertificate) return undefined;
  try {
    const ready = await askUrl(`${address}/readyz`, { patienceMillis: PATIENCE_MILLIS });
    const state = ready.text.trim();
    if (!/^(?:ready|starting|stopping)$/.test(state)) return undefined;
    const { status, text } = await askUrl(`${address}/api/v1/version`, { patienceMillis: PATIENCE_MILLIS });
    const version = status === 200 ? versionIn(text) : "";
    if (version === undefined) return undefined;
    return `Goldspan${version} runs there, ${ready.status === 200 ? "ready" : `not ready: ${state}`}`;
  } catch {
    return undefined;
  }
}

/** Behind a space; undefined = something else answers. */
function versionIn(text: string): string | undefined {
  try {
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    return name === "goldspan" ? ` ${version}` : undefined;
  } catch {
    return undefined;
  }
}

function tryTcp({ host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: host === "localhost" ? "127.0.0.1" : host, port, exclusive: true }, () =>
      server.close(() => resolve()),
    );
  });
}

function tryUdp({ host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host?.includes(":") || host === undefined ? "udp6" : "udp4");
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, host === "localhost" ? "127.0.0.1" : host, () => socket.close(() => resolve()));
  });
}
