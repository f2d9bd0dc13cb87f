/**
 * Lets a server listen on the loopback interface, unless another host is named: the demo is not meant to be reached from elsewhere but
 * by who scrapes it. In: a server and a port, 0 for a free one. Out: the port. @throws Error that names the port when it is in use.
 */

import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

export async function listenOn(server: Server, port: number, host = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const why = cause.code === "EADDRINUSE" ? "another process uses it; choose another one" : cause.message;
      reject(new Error(`cannot listen on port ${port}: ${why}`, { cause }));
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}
