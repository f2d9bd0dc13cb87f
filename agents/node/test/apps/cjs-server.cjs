// A CommonJS app that logs through winston.
const http = require("node:http");
const winston = require("winston");

const log = winston.createLogger({ transports: [new winston.transports.Console()] });
const server = http.createServer((request, response) => {
  log.error("winston line", { order: 17 });
  response.end("done");
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
