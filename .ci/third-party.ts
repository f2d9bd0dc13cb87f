/**
 * What the build holds of others: the packages that the collector and the UI depend on, with all that those depend on. Their licences
 * as one text, since bundling leaves their own files behind, and the list as a CycloneDX document. `npm sbom` makes none here: it
 * refuses trees with a development tool's peer out of range, and with --omit=dev leaves out what a tool could use as well (yaml).
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const ROOT = join(import.meta.dirname, "..");
/** The workspaces that the package and the image are made of. */
const SHIPPED = ["collector", "ui"];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface ShippedPackage extends Manifest {
  readonly folder: string;
  /** Folders of what it depends on. */
  readonly needs: readonly string[];
}

/** One that brings no text is named with its licence's name, which is all that it says. @throws Error when it says nothing */
export function thirdPartyLicenses(): string {
  const parts = shippedPackages().map(({ folder, name, version, license }) => {
    const file = readdirSync(folder).find((each) => /^licen[cs]e(?:\.|$)/i.test(each));
    if (file === undefined && license === undefined)
      throw new Error(`cannot find the licence of ${name} ${version} in ${folder}`);
    const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    return `${name} ${version} (${license ?? "see below"})\n${text}`;
  });
  return `Goldspan's package and image hold parts of these packages, under their licences.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** A CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/) with the lockfile's hashes; the same tree gives the same text. */
export function softwareBillOfMaterials(): string {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { integrity?: string }>;
  };
  const packages = shippedPackages();
  const byFolder = new Map(packages.map((each) => [each.folder, each]));
  const own = readManifest(join(ROOT, "collector"));
  const direct = SHIPPED.flatMap((workspace) => needsOf(join(ROOT, workspace)));
  const refsOf = (folders: readonly string[]) =>
    [...new Set(folders.map((folder) => purlOf(byFolder.get(folder) as Manifest)))].sort();
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", ...identityOf(own) } },
    components: packages.map((each) => ({
      type: "library",
      ...identityOf(each),
      hashes: hashesOf(lock.packages[relative(ROOT, each.folder).split(sep).join("/")]?.integrity),
    })),
    dependencies: [
      { ref: purlOf(own), dependsOn: refsOf(direct) },
      ...packages.map((each) => ({ ref: purlOf(each), dependsOn: refsOf(each.needs) })),
    ],
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function identityOf(manifest: Manifest): object {
  const { name, version, license } = manifest;
  return {
    "bom-ref": purlOf(manifest),
    name,
    version,
    purl: purlOf(manifest),
    licenses: license === undefined ? [] : [{ expression: license }],
  };
}

function purlOf({ name, version }: Manifest): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hashesOf(integrity = ""): object[] {
  return [...integrity.matchAll(/\bsha512-([\w+/=]+)/g)].map(([, base64]) => ({
    alg: "SHA-512",
    content: Buffer.from(base64, "base64").toString("hex"),
  }));
}

function shippedPackages(): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>();
  const visit = (folder: string) => {
    if (found.has(folder)) return;
    const needs = needsOf(folder);
    found.set(folder, { ...readManifest(folder), folder, needs });
    for (const each of needs) visit(each);
  };
  for (const workspace of SHIPPED) for (const each of needsOf(join(ROOT, workspace))) visit(each);
  return [...found.values()].sort((a, b) => (purlOf(a) < purlOf(b) ? -1 : 1));
}

function needsOf(folder: string): string[] {
  return Object.keys(readManifest(folder).dependencies ?? {}).map((name) => findPackage(name, folder));
}

function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return place;
    if (folder === dirname(folder)) throw new Error(`cannot find the package ${name}, which ${from} depends on`);
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
