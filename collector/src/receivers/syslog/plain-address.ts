/** A sender's address as people write it. */

/** Without what marks an IPv4 address on an IPv6 socket. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
