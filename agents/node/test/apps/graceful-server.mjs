// An app with its own SIGTERM handler: it logs, finishes and chooses its exit code.
import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("done"));
process.on("SIGTERM", () => {
  console.info("closing by my own rules");
  server.close(() => process.exit(7));
  server.closeAllConnections();
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
