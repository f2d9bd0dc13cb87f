// An app that dies of a request: /throw in a timer, /reject in a promise nobody waits for.
import { createServer } from "node:http";

const server = createServer((request) => {
  if (request.url === "/throw") {
    setTimeout(() => {
      throw new TypeError("no such product");
    }, 1);
  } else {
    void Promise.reject(new Error("nobody waits for me"));
  }
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
