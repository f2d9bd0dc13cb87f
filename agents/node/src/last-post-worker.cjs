/**
 * The worker of last-post.ts: posts the requests it is given side by side and reports through shared memory.
 * Plain JavaScript with built-in modules only: it starts while a process is ending, where every millisecond counts.
 */
"use strict";

const { readFileSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { workerData } = require("node:worker_threads");
const { gzipSync } = require("node:zlib");

const ACCEPTED = 1;
const FAILED = 2;

/** @param {import("./last-post.ts").LastPostData["requests"][number]} request */
function post({ url, headers, gzip, tls, body }) {
  return new Promise((resolve) => {
    const payload = gzip ? gzipSync(body) : body;
    const read = (file) => (file === undefined ? undefined : readFileSync(file));
    const secure = url.startsWith("https:");
    const request = (secure ? https : http).request(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(payload.byteLength) },
      timeout: workerData.timeoutMillis,
      ...(secure ? { ca: read(tls.caFile), key: read(tls.keyFile), cert: read(tls.certFile) } : {}),
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
    request.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode >= 200 && response.statusCode < 300));
    });
    request.end(payload);
  });
}

function report(accepted) {
  const state = new Int32Array(workerData.state);
  Atomics.store(state, 0, accepted ? ACCEPTED : FAILED);
  Atomics.notify(state, 0);
}

Promise.all(workerData.requests.map(post)).then(
  (answers) => report(answers.every(Boolean)),
  () => report(false),
);
