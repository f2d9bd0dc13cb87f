/** Whether somebody is asked for a token, for which one, and the link for people. */
import { isIPv6 } from "node:net";
import type { WebAuth } from "./auth-field.ts";
import { keptToken, makeToken } from "./token-file.ts";

export interface ChosenToken {
  readonly token: string;
  /** Here, at some start; else it is configured. */
  readonly isMade: boolean;
}

/** Of an address that a server listens on. */
export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/i.test(address);
}

/**
 * Undefined = nobody is asked.
 * @param isExposed other machines can reach the port
 * @param directory where a token is kept; undefined = nowhere
 */
export function chooseToken(auth: WebAuth, isExposed: boolean, directory: string | undefined): ChosenToken | undefined {
  if (auth === "none") return undefined;
  if (auth.token !== "") return { token: auth.token, isMade: false };
  if (!isExposed) return undefined;
  return { token: directory === undefined ? makeToken() : keptToken(directory), isMade: true };
}

export interface LinkParts {
  /** As configured; undefined = every interface. */
  readonly host: string | undefined;
  readonly port: number;
  readonly isSecure: boolean;
  readonly token: string | undefined;
}

/** What listens everywhere is on this machine, too: a container's own name is known to nobody outside of it. */
export function linkTo({ host, port, isSecure, token }: LinkParts): string {
  const name = host === undefined || /^(?:0\.0\.0\.0|::|127\.0\.0\.1|::1)$/.test(host) ? "localhost" : host;
  const address = `${isSecure ? "https" : "http"}://${isIPv6(name) ? `[${name}]` : name}:${port}`;
  return token === undefined ? address : `${address}/?token=${encodeURIComponent(token)}`;
}
