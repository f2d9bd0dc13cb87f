/** How many spans a running Goldspan says it holds. */
import { HttpConnection } from "../load/http-connection.ts";
import { countStoredSpans } from "../queries/goldspan-api.ts";
import type { Server } from "./server.ts";

export async function storedSpans(server: Server): Promise<number> {
  const { host, port } = server.api;
  const connection = new HttpConnection({ host, port });
  try {
    const response = await connection.get(`/api/v1/services?start=0&end=${Date.now() + 86_400_000}&buckets=1`);
    if (response?.status !== 200) throw new Error(`cannot count the stored spans: status ${response?.status}`);
    return countStoredSpans(response.body);
  } finally {
    connection.close();
  }
}
