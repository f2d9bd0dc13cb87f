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
import { holderOf } from "./port-holder.ts";

const PATIENCE_MILLIS = 5000;
/** Of a command line. */
const MOST_CHARACTERS = 80;
const GOLDSPAN = /goldspan|collector\/(?:src|dist)\/main\.[jt]s/;

/** @param own the process that has the configured data directory; null = nobody has; undefined = there is no such directory */
export async function checkPorts(listeners: readonly Listener[], own?: number | null): Promise<Finding[]> {
  const findings: Finding[] = [];
  const seen: { readonly transport: string; readonly at: Endpoint; readonly key: string }[] = [];
  for (const listener of listeners) {
    const { key, endpoint, transport } = listener;
    const parsed = parseEndpoint(endpoint);
    const check = checkOf(key);
    if (transport === "unix" || typeof parsed === "string") {
      findings.push(ok(check, `${endpoint}, a socket in the file system`));
      continue;
    }
    if (parsed.port === 0) {
      findings.push(ok(check, `${endpoint}: any free one`));
      continue;
    }
    const other = seen.find((each) => each.transport === transport && overlap(each.at, parsed));
    seen.push({ transport, at: parsed, key });
    if (other) {
      findings.push(fail(check, `${endpoint} is the port of ${other.key}, too`, `set another in ${key}`));
      continue;
    }
    findings.push(await checkPort(listener, parsed, transport, own));
  }
  return findings;
}

/** One port may be had on several addresses of a machine, each for itself. */
function overlap(one: Endpoint, other: Endpoint): boolean {
  const [a, b] = [one, other].map(({ host }) => (host === "localhost" ? "127.0.0.1" : host));
  const isEvery = (host: string | undefined) => host === undefined || host === "0.0.0.0" || host === "::";
  return one.port === other.port && (a === b || isEvery(a) || isEvery(b));
}

async function checkPort(
  listener: Listener,
  endpoint: Endpoint,
  transport: "tcp" | "udp",
  own: number | null | undefined,
): Promise<Finding> {
  const { key, endpoint: text } = listener;
  const check = checkOf(key);
  try {
    await (transport === "udp" ? tryUdp(endpoint) : tryTcp(endpoint));
    return ok(check, `${text} is free`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE")
      return fail(check, messageOf(explainListenError(error as NodeJS.ErrnoException, text, key)), `change ${key}`);
    const fix = `stop it, or set another in ${key}`;
    const holder = holderOf(endpoint.port, transport);
    const said =
      (listener.type === "web" ? await askWeb(listener) : undefined) ??
      (holder && GOLDSPAN.test(holder.command) ? "Goldspan runs there" : undefined);
    if (said === undefined) {
      const by = holder
        ? `process ${holder.pid} (${shortened(holder.command)})`
        : "a process that this user may not see";
      return fail(check, `${text} is in use by ${by}`, fix);
    }
    const found = `${text}: ${said}${holder ? ` (process ${holder.pid})` : ""}`;
    if (holder && own !== undefined && own !== holder.pid)
      return fail(check, `${found}, and its data lies in another directory than the configured one`, fix);
    return said.includes("not ready") ? warn(check, found, "look at its log") : ok(check, found);
  }
}

function shortened(command: string): string {
  return command.length > MOST_CHARACTERS ? `${command.slice(0, MOST_CHARACTERS - 1)}…` : command;
}

function checkOf(key: string): string {
  return `port of ${key}`;
}

/** What answers at the web port, in words; undefined = it isn't Goldspan, or says nothing. */
async function askWeb(listener: Listener): Promise<string | undefined> {
  const address = addressOf(listener);
  if (address === undefined || listener.wantsCertificate) return undefined;
  try {
    const ready = await askUrl(`${address}/readyz`, { patienceMillis: PATIENCE_MILLIS });
    const state = ready.text.trim();
    if (!/^(?:ready|starting|stopping)$/.test(state)) return undefined;
    // Who waits for a thread that starts over there, or for a token, does without the number.
    const { status, text } = await askUrl(`${address}/api/v1/version`, { patienceMillis: PATIENCE_MILLIS }).catch(
      () => ({ status: 0, text: "" }),
    );
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
