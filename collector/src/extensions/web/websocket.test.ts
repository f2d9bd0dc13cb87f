import { Duplex } from "node:stream";
import { expect, it } from "vitest";
import { WebSocketSender } from "./websocket.ts";

it("answers no more pings of a client that doesn't read the answers", async () => {
  // A socket whose other side takes nothing.
  const socket = new Duplex({ read: () => {}, write: () => {} });
  const sender = new WebSocketSender(socket, Buffer.alloc(0), "key");
  const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)]);
  for (let i = 0; i < 100; i++) {
    socket.push(Buffer.concat(Array.from({ length: 100 }, () => ping)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(socket.writableLength).toBeGreaterThan(60_000);
  expect(socket.writableLength).toBeLessThan(70_000);
  sender.close(1000);
  socket.destroy();
});
