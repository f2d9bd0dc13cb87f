/**
 * The control API of one process: switches faults on and off, on a loopback port of its own so that it answers while the
 * service itself is dead.   GET /faults · POST /faults {"fault", "durationSeconds", …} · DELETE /faults[?fault=NAME]
 */

import { type Server, createServer } from "node:http";
import { HttpError } from "../chassis/http-error.ts";
import { listenOn } from "../chassis/listen-on.ts";
import { readJsonBody } from "../chassis/read-json-body.ts";
import type { FaultName } from "./fault-catalogue.ts";
import { type FaultRequest, isFaultName, parseFaultRequest } from "./parse-fault-request.ts";

/** Where the requests go: a board in this process, or a supervisor that passes them on. */
export interface FaultSwitch {
  list(): unknown;
  activate(request: FaultRequest): unknown;
  clear(fault: FaultName | undefined): unknown;
}

export interface FaultControl {
  port: number;
  close(): Promise<void>;
}

export async function openFaultControl(faults: FaultSwitch, port = 0): Promise<FaultControl> {
  const server: Server = createServer((request, response) => {
    const answer = async (): Promise<unknown> => {
      // A web page that happens to know the port must not be able to break the shop.
      if (request.headers.origin !== undefined) throw new HttpError(403, "forbidden", "cannot serve web pages");
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname !== "/faults") throw new HttpError(404, "no_such_route", "cannot find anything but /faults");
      if (request.method === "GET") return await faults.list();
      if (request.method === "POST") return await faults.activate(parseFaultRequest(await readJsonBody(request)));
      if (request.method === "DELETE") return await faults.clear(parseName(url.searchParams.get("fault")));
      throw new HttpError(405, "bad_method", `cannot ${request.method} faults: expected GET, POST or DELETE`);
    };
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    answer().then(
      (body) => send(200, body ?? {}),
      (error: Error) => {
        const { status, code } = error instanceof HttpError ? error : { status: 500, code: "internal" };
        send(status, { error: { code, message: error.message } });
      },
    );
  });
  const listeningPort = await listenOn(server, port);
  return {
    port: listeningPort,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parseName(given: string | null): FaultName | undefined {
  if (given === null) return undefined;
  const name = given.replaceAll("-", "_");
  if (!isFaultName(name)) throw new HttpError(400, "bad_fault", `cannot clear ${JSON.stringify(given)}: no such fault`);
  return name;
}
