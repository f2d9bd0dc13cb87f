/**
 * From what was discovered to what is scraped: default labels, relabelling, and the rest of a target's labels. In: addresses with labels; out:
 * a target, or that it was dropped. Opens nothing.
 */
import { createHash } from "node:crypto";
import { formatDurationMillis, parseDurationMillis } from "../../base/duration.ts";
import type { WebPort } from "../../component/component.ts";
import type { ScrapeConfig } from "./config.ts";
import { isOwnUrl } from "./own-target.ts";
import { compileRelabel, type LabelMap, type Relabel } from "./relabel.ts";

/** Addresses that share labels, as files and static_configs give them. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** They are this process, whatever their addresses are. */
  readonly isOwn?: boolean;
}

export interface Target {
  /** Equal for targets that are the same one. */
  readonly key: string;
  readonly discoveredLabels: Readonly<Record<string, string>>;
  /** Without those that begin with __. */
  readonly labels: Readonly<Record<string, string>>;
  readonly url: string;
  /** It is this process, which is asked without the network. */
  readonly isOwn: boolean;
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
}

export interface Resolved {
  readonly targets: readonly Target[];
  readonly dropped: readonly Readonly<Record<string, string>>[];
  /** Of targets that cannot be scraped as they are: they count as dropped. */
  readonly errors: readonly string[];
}

export class TargetResolver {
  readonly #config: ScrapeConfig;
  readonly #intervalMillis: number;
  readonly #timeoutMillis: number;
  readonly #relabel: Relabel;
  readonly #ports: readonly WebPort[];

  /** @param ports of this process */
  constructor(config: ScrapeConfig, intervalMillis: number, timeoutMillis: number, ports: readonly WebPort[] = []) {
    this.#ports = ports;
    this.#config = config;
    this.#intervalMillis = intervalMillis;
    this.#timeoutMillis = timeoutMillis;
    this.#relabel = compileRelabel(config.relabel_configs);
  }

  /** Targets in order; of equal ones the first. */
  resolve(groups: readonly TargetGroup[]): Resolved {
    const targets = new Map<string, Target>();
    const dropped: Readonly<Record<string, string>>[] = [];
    const errors: string[] = [];
    for (const group of groups) {
      for (const address of group.targets) {
        const discovered = this.#discovered(address, group.labels);
        const labels: LabelMap = new Map(Object.entries(discovered));
        const target = this.#relabel(labels) ? this.#target(discovered, labels, group.isOwn) : undefined;
        if (typeof target === "string") errors.push(`cannot scrape ${withoutPassword(address)}: ${target}`);
        if (typeof target === "object") {
          if (!targets.has(target.key)) targets.set(target.key, target);
        } else dropped.push({ ...discovered, __address__: withoutPassword(address) });
      }
    }
    return { targets: [...targets.values()], dropped, errors };
  }

  #discovered(address: string, labels: Readonly<Record<string, string>>): Record<string, string> {
    const { job_name, metrics_path, scheme, params } = this.#config;
    const own: Record<string, string> = {
      job: job_name,
      __scrape_interval__: formatDurationMillis(this.#intervalMillis),
      __scrape_timeout__: formatDurationMillis(this.#timeoutMillis),
      __metrics_path__: metrics_path,
      __scheme__: scheme,
    };
    for (const [name, [first]] of Object.entries(params)) if (first !== undefined) own[`__param_${name}`] = first;
    return { ...own, ...labels, __address__: address };
  }

  /** A text = why not. */
  #target(discovered: Readonly<Record<string, string>>, labels: LabelMap, isSelf = false): Target | string {
    const address = labels.get("__address__") ?? "";
    if (address === "") return "no address is left after relabelling";
    // Addresses are shown to whoever looks at targets.
    if (address.includes("@")) return "an address holds no user or password: write basic_auth";
    if (/[/\s]/.test(address)) return `"${address}" is no address`;
    const intervalMillis = parseDurationMillis(labels.get("__scrape_interval__") ?? "");
    const timeoutMillis = parseDurationMillis(labels.get("__scrape_timeout__") ?? "");
    if (!intervalMillis || intervalMillis <= 0) return "its __scrape_interval__ is no duration";
    if (!timeoutMillis || timeoutMillis <= 0) return "its __scrape_timeout__ is no duration";
    if (timeoutMillis > intervalMillis) return "its __scrape_timeout__ is longer than its __scrape_interval__";
    const url = this.#url(address, labels);
    if (!URL.canParse(url)) return `"${url}" is no URL`;
    if ((labels.get("instance") ?? "") === "") labels.set("instance", address);
    const kept = [...labels].filter(([name, value]) => !name.startsWith("__") && value !== "").sort(byName);
    const key = createHash("sha256")
      .update(JSON.stringify([url, intervalMillis, timeoutMillis, kept]))
      .digest("hex");
    const isOwn = isSelf || isOwnUrl(new URL(url), this.#ports);
    const shown = Object.fromEntries(kept);
    return { key, discoveredLabels: discovered, labels: shown, url, isOwn, intervalMillis, timeoutMillis };
  }

  #url(address: string, labels: LabelMap): string {
    const query = new URLSearchParams();
    for (const [name, values] of Object.entries(this.#config.params))
      for (const value of values.slice(1)) query.append(name, value);
    for (const [name, value] of labels)
      if (name.startsWith("__param_")) query.append(name.slice("__param_".length), value);
    query.sort();
    const path = labels.get("__metrics_path__") ?? "";
    const separator = path.includes("?") ? "&" : "?";
    const rest = query.size === 0 ? "" : `${separator}${query.toString()}`;
    return `${labels.get("__scheme__") ?? "http"}://${address}${path.startsWith("/") ? "" : "/"}${path}${rest}`;
  }
}

function withoutPassword(address: string): string {
  return address.replace(/^.*@/, "…@");
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
