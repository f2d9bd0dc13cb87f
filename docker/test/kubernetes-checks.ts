/**
 * The pod of docker/kubernetes/goldspan.yaml, run by `podman kube play`: what Kubernetes would make of the StatefulSet, with the ConfigMap and
 * the volume. What podman doesn't know is changed: names and ports are free ones, tokens of the Secret stand in the variables, the probes
 * are asked from here (podman turns them into curl, which the image doesn't have).
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments, stringify } from "yaml";
import { freePort } from "../../collector/test/kit/free-port.ts";
import type { Subject } from "./subject.ts";

const FILE = join(import.meta.dirname, "../kubernetes/goldspan.yaml");
const PLAY_MILLIS = 120_000;
const READY_MILLIS = 30_000;

/** As far as they are touched here. */
interface Container {
  image: string;
  imagePullPolicy?: string;
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { key: string } } }[];
  ports: { name: string; containerPort: number; hostPort?: number; hostIP?: string }[];
}

export async function checkKubernetes({ engine, image, report }: Subject): Promise<void> {
  if (engine.name !== "podman") {
    report.skip("kubernetes/goldspan.yaml", "docker has no kube play");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "goldspan-kubernetes-"));
  const file = join(folder, "pod.yaml");
  const { text, ports, tokens, volumes } = await podOf(image);
  writeFileSync(file, text);
  try {
    await engine.must(["play", "kube", file], { timeoutMillis: PLAY_MILLIS });
    const web = `http://127.0.0.1:${ports.web}`;
    const end = Date.now() + READY_MILLIS;
    const statusOf = async (path: string) =>
      (await fetch(web + path, { signal: AbortSignal.timeout(2000) }).catch(() => undefined))?.status;
    while ((await statusOf("/readyz")) !== 200 && Date.now() < end) await sleep(200);
    const probes = [await statusOf("/readyz"), await statusOf("/healthz")];
    report.check("kubernetes/goldspan.yaml: probes", probes.join() === "200,200", probes.join(", "), "200");
    const send = async (headers: Record<string, string>) => {
      const answer = await fetch(`http://127.0.0.1:${ports["otlp-http"]}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: "{}",
      });
      return answer.status;
    };
    const statuses = [await send({}), await send({ authorization: `Bearer ${tokens.OTLP_TOKEN}` })];
    report.check(
      "kubernetes/goldspan.yaml: senders need the token",
      statuses.join() === "401,200",
      statuses.join(", "),
    );
    const ask = async (headers: Record<string, string>) => (await fetch(`${web}/api/v1/info`, { headers })).status;
    const asked = [await ask({}), await ask({ authorization: `Bearer ${tokens.GOLDSPAN_TOKEN}` })];
    report.check("kubernetes/goldspan.yaml: the web port needs its own", asked.join() === "401,200", asked.join(", "));
    const id = await engine.must(["ps", "--quiet", "--no-trunc", "--filter", `name=${image}-pod-goldspan`]);
    const facts = await engine.must([
      "inspect",
      "--format",
      "{{.HostConfig.ReadonlyRootfs}} {{len .EffectiveCaps}} {{.Config.User}} {{.HostConfig.Memory}}",
      id,
    ]);
    report.check(
      "kubernetes/goldspan.yaml: read-only, no capability, user, limit",
      facts === `true 0 10001:10001 ${512 << 20}`,
      facts,
    );
  } finally {
    await engine.run(["play", "kube", "--down", file], { timeoutMillis: PLAY_MILLIS });
    for (const volume of volumes) await engine.run(["volume", "rm", volume]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function podOf(image: string) {
  const manifests = parseAllDocuments(readFileSync(FILE, "utf8")).map((document) => document.toJS());
  const find = (kind: string): any => manifests.find((each: { kind: string }) => each.kind === kind);
  const [config, set] = [find("ConfigMap"), find("StatefulSet")];
  const { template, volumeClaimTemplates } = set.spec;
  const [container] = template.spec.containers as Container[];
  container.image = `localhost/${image}`;
  container.imagePullPolicy = "Never";
  const tokens: Record<string, string> = {};
  for (const variable of container.env) {
    if (!variable.valueFrom) continue;
    // What stands in the Secret is a placeholder, with which it does not start.
    tokens[variable.name] = variable.value = randomBytes(32).toString("hex");
    delete variable.valueFrom;
  }
  const ports: Record<string, number> = {};
  for (const port of container.ports) {
    port.hostIP = "127.0.0.1";
    ports[port.name] = port.hostPort = await freePort();
  }
  const claim = `${image}-data`;
  template.spec.volumes[0].configMap.name = config.metadata.name = `${image}-config`;
  template.spec.volumes.push({
    name: volumeClaimTemplates[0].metadata.name,
    persistentVolumeClaim: { claimName: claim },
  });
  delete config.metadata.namespace;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${image}-pod`, ...template.metadata },
    spec: template.spec,
  };
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: claim },
    spec: volumeClaimTemplates[0].spec,
  };
  const text = [config, volume, pod].map((each) => stringify(each)).join("---\n");
  return { text, ports, tokens, volumes: [claim, `${image}-config`] };
}
