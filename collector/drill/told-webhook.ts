/** A webhook on loopback that keeps what it was told, with when. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ToldAlert {
  readonly atMillis: number;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly evidence?: {
    readonly service: string;
    readonly operation: string;
    readonly traces: readonly { readonly traceId: string; readonly service: string; readonly operation: string }[];
  };
}

export interface ToldWebhook {
  readonly url: string;
  readonly told: readonly ToldAlert[];
  close(): Promise<void>;
}

export async function startWebhook(): Promise<ToldWebhook> {
  const told: ToldAlert[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { alerts } = JSON.parse(Buffer.concat(pieces).toString()) as { alerts: Omit<ToldAlert, "atMillis">[] };
      const atMillis = Date.now();
      for (const alert of alerts) told.push({ ...alert, atMillis });
      response.end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    told,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
