/** The image at work, hardened: started, probed, loaded, restarted, stopped and killed in the middle of a load. */
import { get } from "node:http";
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { SENDER_DEFAULTS, startSender } from "../../collector/bench/load/run-sender.ts";
import { AcknowledgedLoad, countSpans, findLost } from "./acknowledged-load.ts";
import { Container, STOP_SECONDS, type Addresses } from "./container.ts";
import type { Subject } from "./subject.ts";

const MOST_READY_MILLIS = 2000;
/** For each core: beyond it others have the machine, and the clock says nothing about the image. */
const MOST_LOAD = 2;
const MOST_IDLE_MEGABYTES = 120;
const IDLE_MILLIS = 10_000;
const RATE = 10_000;
const LOAD_SECONDS = 60;
/** Requests are due at random moments: 6,000 of them are 1.3 % more or less, once in three runs. */
const SPANS_PER_REQUEST = 100;
const LEAST_SHARE = 0.95;
const MID_LOAD_MILLIS = 3000;

export async function checkRunning(subject: Subject): Promise<void> {
  const { engine, image, report } = subject;
  const volume = await engine.createVolume();
  await report.group("a hardened container", async () => {
    const container = await Container.start(engine, image, { volume });
    const first = await container.ready();
    await checkStart(subject, container);
    const starts: number[] = [];
    await checkConfinement(subject, container);
    await checkHealth(subject, container);
    await sleep(IDLE_MILLIS);
    const idle = await container.memoryMegabytes("VmRSS");
    report.check(
      "idle memory",
      idle <= MOST_IDLE_MEGABYTES,
      `${idle.toFixed(0)} MB`,
      `at most ${MOST_IDLE_MEGABYTES} MB`,
    );
    // Questions start a thread that answers them.
    await checkToken(subject, container, first);
    const traces = await checkLoad(subject, container, first);

    const stopped = await container.stop();
    report.check("stop: exit code", stopped.code === 0, stopped.code, "0");
    report.check("stop: drained in time", stopped.seconds < STOP_SECONDS, `${stopped.seconds.toFixed(1)} s`);
    const second = await container.startAgain();
    starts.push(await container.startMillis());
    await checkTraces(subject, second, traces, "traces read after a restart on the same volume");

    for (const how of ["stop", "kill"] as const) starts.push(await checkMidLoad(subject, container, how));
    report.check(
      "ready after a stop, a stop and a kill in mid-load",
      true,
      starts.map((each) => `${each} ms`).join(", "),
    );
    await container.remove();
  });
}

/** By the clock where the machine has time, and by what the start costs in any case. */
async function checkStart({ report }: Subject, container: Container): Promise<void> {
  const cpuMillis = await container.cpuMillis();
  const millis = await container.startMillis();
  const allowed = `at most ${MOST_READY_MILLIS} ms`;
  report.check("CPU time of the start", cpuMillis <= MOST_READY_MILLIS, `${cpuMillis} ms`, allowed);
  const [load] = loadavg();
  const name = "ready after the start";
  if (millis > MOST_READY_MILLIS && load > MOST_LOAD * cpus().length)
    report.skip(name, `${millis} ms on a machine with a load average of ${load.toFixed(0)} on ${cpus().length} cores`);
  else report.check(name, millis <= MOST_READY_MILLIS, `${millis} ms`, allowed);
}

async function checkConfinement({ report }: Subject, container: Container): Promise<void> {
  const status = await container.status();
  const facts = ["CapEff", "NoNewPrivs", "Uid"].map((name) => status.get(name)?.split("\t", 1)[0]);
  const isConfined = facts.join() === "0000000000000000,1,10001";
  report.check("no capability, no new privileges, no root", isConfined, facts.join(" "));
  for (const folder of ["/", "/tmp", "/etc/goldspan", "/usr/lib/goldspan"]) {
    const { code, stderr } = await container.exec("node", "-e", `require("fs").writeFileSync("${folder}/x", "")`);
    const reason = /EROFS|EACCES/.exec(stderr)?.[0];
    report.check(`cannot write to ${folder}`, code !== 0 && reason !== undefined, reason ?? "it can");
  }
}

async function checkHealth({ engine, report }: Subject, container: Container): Promise<void> {
  const well = await container.exec("goldspan", "health", "--pid", "1");
  report.check("health probe of a container that is well", well.code === 0, well.stdout.trim() || well.stderr.trim());
  const ill = await container.exec("goldspan", "health", "http://127.0.0.1:1/readyz");
  report.check("health probe where nobody answers", ill.code === 1, ill.stderr.trim());
  if (engine.name === "podman") {
    const { code } = await engine.run(["healthcheck", "run", container.id]);
    report.check("HEALTHCHECK of the image, run by hand", code === 0, `exit code ${String(code)}`);
    return;
  }
  const end = Date.now() + 60_000;
  let state = "";
  while (state !== "healthy" && Date.now() < end) {
    state = await container.inspect("{{.State.Health.Status}}");
    await sleep(1000);
  }
  report.check("HEALTHCHECK of the image", state === "healthy", state);
}

/** Beyond its own loopback it asks for a token, which it has made and printed. */
async function checkToken({ report }: Subject, container: Container, { web, token }: Addresses): Promise<void> {
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(web + path, { headers, redirect: "manual" });
  const authorization = `Bearer ${token}`;
  const statuses = [await ask("/api/v1/info"), await ask("/api/v1/info", { authorization })].map(
    ({ status }) => status,
  );
  report.check(
    "the web port without and with the token",
    statuses.join() === "401,200",
    statuses.join(", "),
    "401, 200",
  );
  const link = await ask(`/?token=${token}`, { accept: "text/html" });
  const cookie = link.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  const signedIn = (await ask(link.headers.get("location") ?? "/nowhere", { accept: "text/html", cookie })).status;
  report.check("the link in the log signs in", link.status === 303 && signedIn === 200, `${link.status}, ${signedIn}`);
  const mode = await container.exec("stat", "--format=%a %u", "/data/web-token");
  report.check("the token is its owner's alone", mode.stdout.trim() === "600 10001", mode.stdout.trim(), "600 10001");
  const named = await Promise.all(["goldspan:8317", "evil.example"].map((host) => statusAs(web, host, authorization)));
  report.check("the names it answers to", named.join() === "200,403", named.join(", "), "200, 403");
}

/** Under another name: fetch sends the one of the address. */
function statusAs(web: string, host: string, authorization: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${web}/api/v1/info`, { headers: { host, authorization } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on("error", reject);
  });
}

interface SentTrace {
  readonly traceId: string;
  readonly spans: number;
}

async function checkLoad(
  { report }: Subject,
  container: Container,
  { otlpPort, ...web }: Addresses,
): Promise<readonly SentTrace[]> {
  const sender = await startSender({
    ...SENDER_DEFAULTS,
    host: "127.0.0.1",
    port: otlpPort,
    rate: RATE,
    seconds: LOAD_SECONDS,
    perRequest: SPANS_PER_REQUEST,
    poolRecords: 20_000,
    samples: 20,
  });
  const { records, refused, unknown, missed, failed, latency, samples } = await sender.result;
  const due = RATE * LOAD_SECONDS;
  const name = `${RATE.toLocaleString("en")} spans/s for ${LOAD_SECONDS} s`;
  report.check(`${name}: acknowledged`, records >= due * LEAST_SHARE, `${records} spans`, `of ${due}`);
  const troubles = refused + unknown + missed + Object.values(failed).reduce((sum, count) => sum + count, 0);
  report.check(`${name}: requests refused, lost or not sent`, troubles === 0, troubles, "0");
  report.check(
    `${name}: time to acknowledgement`,
    true,
    `median ${latency.p50.toFixed(0)} ms, 99 % ${latency.p99.toFixed(0)} ms`,
  );
  const peak = await container.memoryMegabytes("VmHWM");
  const isAlive = (await container.inspect("{{.State.Running}} {{.State.OOMKilled}}")) === "true false";
  report.check(`${name}: memory at its highest`, isAlive, `${peak.toFixed(0)} MB`, "of 256 MiB, not killed");
  await checkTraces({ report }, web, samples, "traces read after the load");
  return samples;
}

async function checkTraces(
  { report }: Pick<Subject, "report">,
  web: Pick<Addresses, "web" | "token">,
  traces: readonly SentTrace[],
  name: string,
): Promise<void> {
  let whole = 0;
  for (const { traceId, spans } of traces) if ((await countSpans(web, traceId)) === spans) whole++;
  report.check(name, whole === traces.length && whole > 0, `${whole} whole`, `of ${traces.length}`);
}

/** Milliseconds of the start that follows. */
async function checkMidLoad({ report }: Subject, container: Container, how: "stop" | "kill"): Promise<number> {
  const { otlp } = await container.ready();
  const load = new AcknowledgedLoad(otlp);
  await sleep(MID_LOAD_MILLIS);
  if (how === "stop") {
    const { code, seconds } = await container.stop();
    report.check(
      "stop in mid-load",
      code === 0 && seconds < STOP_SECONDS,
      `exit code ${code} after ${seconds.toFixed(1)} s`,
      "0",
    );
  } else {
    await container.kill();
  }
  await load.end();
  const web = await container.startAgain();
  const millis = await container.startMillis();
  const lost = await findLost(web, load.acknowledged).catch(async (error: unknown) => {
    await container.mustRun();
    throw error;
  });
  const peak = await container.memoryMegabytes("VmHWM");
  report.check(
    "memory at its highest while all of it is read",
    true,
    `${peak.toFixed(0)} MB`,
    "of 256 MiB, not killed",
  );
  report.check(
    `acknowledged requests lost by a ${how} in mid-load`,
    lost.length === 0 && load.acknowledged.length > 0,
    lost.length,
    `0 of ${load.acknowledged.length}`,
  );
  return millis;
}
