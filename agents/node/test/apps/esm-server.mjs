// An ES module app without any telemetry code: serves, logs through pino and console, calls itself with fetch and http.
import { createServer, get } from "node:http";
import pino from "pino";

const log = pino();
const server = createServer((request, response) => void answer(request, response));

async function answer(request, response) {
  if (request.url !== "/outer") {
    response.end("inner");
    return;
  }
  const { port } = server.address();
  log.info({ user: "ada" }, "pino line");
  console.warn("console line %d", 7, new RangeError("too far"));
  await (await fetch(`http://127.0.0.1:${port}/by-fetch`)).text();
  await new Promise((resolve) => {
    get(`http://127.0.0.1:${port}/by-http`, (inner) => inner.resume().on("end", resolve));
  });
  response.end("outer");
}
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
