/** The manifests by the schemas and types of Kubernetes' API, and by what the image and the collector are. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { factories } from "../collector/src/components.ts";
import { loadConfig } from "../collector/src/config/load-config.ts";

const ROOT = join(import.meta.dirname, "..");
const FILES = ["goldspan.yaml", "example-app.yaml"];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [key: string]: unknown;
}

interface PodSpec {
  readonly securityContext: Record<string, unknown>;
  readonly containers: readonly {
    readonly args?: readonly string[];
    readonly ports: readonly { name: string; containerPort: number }[];
    readonly env: readonly { name: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
    readonly resources: { limits: { memory: string } };
  }[];
}

function read(file: string): Manifest[] {
  const text = readFileSync(join(import.meta.dirname, "kubernetes", file), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** What Kubernetes' OpenAPI schema has against it; undefined = nothing. */
async function schemaError(manifest: Manifest): Promise<string | undefined> {
  const { apiVersion, kind } = manifest;
  // The core group has no name.
  const module = (await import(/* @vite-ignore */ `kubernetes-models/${apiVersion}`)) as Record<
    string,
    new (data: object) => { validate(): void }
  >;
  try {
    new module[kind](manifest).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The schemas let unknown keys pass; the types don't. What tsc says of the manifests as literals. */
function typeErrors(manifests: readonly Manifest[]): string {
  const parent = join(ROOT, "docker/dist");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "types-"));
  try {
    const lines = manifests.map(
      (manifest, i) =>
        `import type { I${manifest.kind} as I${i} } from "kubernetes-models/${manifest.apiVersion}/${manifest.kind}";\nexport const m${i}: I${i} = ${JSON.stringify(manifest, undefined, 1)};\n`,
    );
    const file = join(folder, "manifests.ts");
    writeFileSync(file, lines.join("\n"));
    const options = [
      "--ignoreConfig",
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "--types",
      "",
    ];
    const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), [...options, file], {
      cwd: folder,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    return status === 0 ? "" : stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const find = (manifests: readonly Manifest[], kind: string): any => manifests.find((each) => each.kind === kind);

test.each(FILES)("%s is right by the schemas of Kubernetes", async (file) => {
  for (const manifest of read(file))
    expect([manifest.kind, await schemaError(manifest)]).toEqual([manifest.kind, undefined]);
});

test("no manifest has a key that Kubernetes doesn't know", () => {
  expect(typeErrors(FILES.flatMap(read))).toBe("");
});

test("both look: a wrong type and a wrong key are seen", async () => {
  const [manifest] = read("goldspan.yaml").filter(({ kind }) => kind === "StatefulSet");
  const withSpec = (change: object) => ({ ...manifest, spec: { ...(manifest.spec as object), ...change } });
  expect(await schemaError(withSpec({ replicas: "one" }))).toContain("replicas must be integer");
  expect(typeErrors([withSpec({ replica: 1 })])).toContain(`'"replica"' does not exist`);
});

test("the pod is hardened as the image allows", () => {
  const { template, volumeClaimTemplates } = find(read("goldspan.yaml"), "StatefulSet").spec;
  const spec = template.spec as PodSpec;
  expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001 });
  expect(spec.containers[0]).toMatchObject({
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    livenessProbe: { httpGet: { path: "/healthz", port: "web" } },
    readinessProbe: { httpGet: { path: "/readyz", port: "web" } },
    volumeMounts: [{ name: volumeClaimTemplates[0].metadata.name, mountPath: "/data" }, { mountPath: "/etc/goldspan" }],
  });
});

/** The configuration of the manifest's container, with these texts in the Secret. */
function configurationWith(secret: Readonly<Record<string, string>>) {
  const manifests = read("goldspan.yaml");
  const [{ args = [], env }] = (find(manifests, "StatefulSet").spec.template.spec as PodSpec).containers;
  const changes = find(manifests, "ConfigMap").data["changes.yaml"] as string;
  const tokens = env.map(({ name, valueFrom }) => [name, secret[valueFrom?.secretKeyRef?.key ?? ""]]);
  return loadConfig({ configs: args.filter((each) => each !== "--config") }, factories, {
    variables: { GOLDSPAN_HOST: "0.0.0.0", GOLDSPAN_DATA: "/data", ...Object.fromEntries(tokens) },
    readFile: (path) => {
      expect(path).toBe("/etc/goldspan/changes.yaml");
      return changes;
    },
    builtIn: { text: () => readFileSync(join(ROOT, "otel-config.yaml"), "utf8"), variables: {} },
  });
}

test("its configuration is one that the collector takes, with tokens for senders and for the web port", () => {
  const manifests = read("goldspan.yaml");
  const [{ ports }] = (find(manifests, "StatefulSet").spec.template.spec as PodSpec).containers;
  const keys = Object.keys(find(manifests, "Secret").stringData as object);
  const secret = Object.fromEntries(keys.map((key) => [key, `${key}-made-for-this-test`]));
  const config = configurationWith(secret);
  expect(config.warnings).toEqual([]);
  expect(config.extensions.bearertokenauth).toMatchObject({ token: secret["otlp-token"] });
  const { protocols } = config.receivers.otlp as any;
  for (const { endpoint, auth } of [protocols.grpc, protocols.http]) {
    expect(auth.authenticator).toBe("bearertokenauth");
    expect(ports.map(({ containerPort }) => `0.0.0.0:${containerPort}`)).toContain(endpoint);
  }
  const { name, namespace } = find(manifests, "Service").metadata as { name: string; namespace: string };
  expect(config.extensions.web).toMatchObject({
    endpoint: "0.0.0.0:8317",
    auth: { token: secret["web-token"] },
    allowed_hosts: expect.arrayContaining([name, `${name}.${namespace}`, `${name}.${namespace}.svc`]),
  });
});

test("with the placeholders that it comes with the collector does not start, and says how to make tokens", () => {
  const secret = find(read("goldspan.yaml"), "Secret").stringData as Record<string, string>;
  expect(Object.keys(secret)).toHaveLength(2);
  const placeholder = (key: string) =>
    new RegExp(
      `${key}.*is the placeholder of an example, which everybody knows; openssl rand -hex 32 makes a good one`,
    );
  const refused = (texts: Readonly<Record<string, string>>) => expect(() => configurationWith({ ...secret, ...texts }));
  const own = "made-for-this-test-only";
  refused({ "web-token": own }).toThrow(placeholder("bearertokenauth.token"));
  refused({ "otlp-token": own }).toThrow(placeholder("web.auth.token"));
  refused({ "web-token": own, "otlp-token": own }).not.toThrow();
  const sender = find(read("example-app.yaml"), "Secret").stringData["otlp-token"] as string;
  refused({ "web-token": own, "otlp-token": sender }).toThrow(placeholder("bearertokenauth.token"));
});

test("services, policies and budgets are about that pod, by names that it has", () => {
  const manifests = read("goldspan.yaml");
  const { template, serviceName } = find(manifests, "StatefulSet").spec;
  const { labels } = template.metadata;
  const names = (template.spec as PodSpec).containers[0].ports.map(({ name }) => name);
  const service = find(manifests, "Service");
  expect(service.metadata.name).toBe(serviceName);
  for (const selected of [
    service.spec.selector,
    find(manifests, "NetworkPolicy").spec.podSelector.matchLabels,
    find(manifests, "PodDisruptionBudget").spec.selector.matchLabels,
  ])
    expect(labels).toMatchObject(selected);
  for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
  for (const { ports } of find(manifests, "NetworkPolicy").spec.ingress)
    for (const { port } of ports) expect(names).toContain(port);
  const app = find(read("example-app.yaml"), "Deployment").spec.template.spec.containers[0];
  const endpoint = app.env.find(({ name }: { name: string }) => name === "OTEL_EXPORTER_OTLP_ENDPOINT").value as string;
  expect(endpoint).toBe(`http://${service.metadata.name}.${service.metadata.namespace}.svc:4318`);
});
