/** Who sends, as far as admission has to tell senders apart: an identity that was checked, else the address. */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { IncomingHttpHeaders } from "node:http";
import type { Authenticator } from "./authenticator.ts";

/** Certificates don't change during a connection, and reading one takes some 50 µs. */
const certificates = new WeakMap<object, string>();

/**
 * @param connection what stands for the connection: the socket, or the HTTP/2 session
 */
export function senderOf(
  authenticator: Authenticator | undefined,
  headers: IncomingHttpHeaders,
  socket: Socket | undefined,
  connection: object | undefined,
): string {
  const identity = authenticator?.identify?.(headers);
  if (identity !== undefined) return `identity ${identity}`;
  if (!socket) return "gone";
  const certificate = connection && certificateOf(socket as TLSSocket, connection);
  return certificate ? `certificate ${certificate}` : networkOf(socket.remoteAddress ?? "local");
}

function certificateOf(socket: TLSSocket, connection: object): string {
  let known = certificates.get(connection);
  if (known === undefined) {
    // Only one that a CA of ours signed says who somebody is.
    known = socket.authorized ? (socket.getPeerCertificate().fingerprint256 ?? "") : "";
    certificates.set(connection, known);
  }
  return known;
}

/** An IPv4 address as it is; of an IPv6 address the /64 that one host is given. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1];
  if (!address.includes(":")) return address;
  const [head, tail] = address.split("%", 1)[0].split("::");
  const groups = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const all = [...groups, ...Array<string>(zeros).fill("0"), ...last];
  return `${all.slice(0, 4).join(":")}::/64`;
}
