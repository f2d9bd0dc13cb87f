/** Which proxy a request goes through: `proxy_url` with `no_proxy`, or those of the environment. */
import { BlockList, isIP } from "node:net";

export interface ProxyChoice {
  readonly proxyUrl: string | undefined;
  /** Hosts, domains, addresses and networks, with commas between; `*` is everything. */
  readonly noProxy: string;
}

export interface ProxySettings extends ProxyChoice {
  readonly fromEnvironment: boolean;
}

/** undefined: straight to the host. */
export function chooseProxy(
  url: URL,
  settings: ProxySettings,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { proxyUrl, noProxy } = settings.fromEnvironment ? ofEnvironment(url, environment) : settings;
  return proxyUrl === undefined || proxyUrl === "" || isExempt(url, noProxy) ? undefined : proxyUrl;
}

function ofEnvironment(url: URL, environment: Readonly<Record<string, string | undefined>>): ProxyChoice {
  const of = (name: string) => environment[name] || environment[name.toLowerCase()];
  // As most programs have it: what runs on the machine itself is never asked through a proxy.
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return {
    proxyUrl: isLocal ? undefined : of(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY"),
    noProxy: of("NO_PROXY") ?? "",
  };
}

function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean)
    .some((entry) => {
      if (entry === "*") return true;
      const withPort = /^(.*?):(\d+)$/.exec(entry);
      const isPlain = withPort === null || entry.split(":").length > 2;
      if (!isPlain && withPort[2] !== ownPort) return false;
      const name = isPlain ? entry : withPort[1];
      if (name.includes("/")) return isInNetwork(host, name);
      const domain = name.replace(/^\*?\./, "");
      // `.example.com` means what lies below it alone.
      return host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(name));
    });
}

function isInNetwork(host: string, network: string): boolean {
  const [base, length] = network.split("/");
  const list = new BlockList();
  const family = base.includes(":") ? "ipv6" : "ipv4";
  if (
    isIP(base) === 0 ||
    isIP(host) === 0 ||
    !/^\d{1,3}$/.test(length) ||
    Number(length) > (family === "ipv6" ? 128 : 32)
  )
    return false;
  list.addSubnet(base, Number(length), family);
  return list.check(host, host.includes(":") ? "ipv6" : "ipv4");
}
