/** gRPC messages in pieces of any size, damaged: one whole message, or a polite refusal; and texts of headers. */
import type { ServerHttp2Stream } from "node:http2";
import { PassThrough } from "node:stream";
import { DecodeError, TooLargeError } from "../../src/base/errors.ts";
import {
  encodeGrpcMessage,
  frameMessage,
  parseTimeoutMillis,
  readMessage,
} from "../../src/receivers/otlp/grpc-frames.ts";
import type { Place } from "../../src/component/admit-body.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

const MOST_BYTES = 256;
/** Admission that never refuses. */
const PLACE: Place = { hold() {}, leave() {} };

export const grpcFrames: FuzzTarget = {
  name: "grpc-frames",
  async round(random) {
    const message = random.bytes(random.below(300));
    const frame = frameMessage(message);
    const data = Buffer.from(mutateBytes(random, frame));
    const stream = new PassThrough();
    const read = readMessage(stream as unknown as ServerHttp2Stream, MOST_BYTES, random.chance(0.5), PLACE);
    for (let at = 0; at < data.length;) {
      const size = 1 + random.below(80);
      stream.write(data.subarray(at, at + size));
      at += size;
    }
    stream.end();
    try {
      const { bytes } = await read;
      if (bytes.length > MOST_BYTES) throw new Error(`${bytes.length} bytes were taken`);
      if (data.equals(frame) && !bytes.equals(message)) throw new Error("an undamaged message came out another one");
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof TooLargeError)) throw error;
    }
    stream.destroy();
    const timeout = parseTimeoutMillis(mutateText(random, "99999999H", ["S", "m", "-1", "1e9", " ", "0"]));
    if (timeout !== undefined && !(timeout >= 0 && timeout < 2 ** 31)) throw new Error(`a timeout of ${timeout}`);
    if (/[^ -~]/.test(encodeGrpcMessage(message.toString()))) throw new Error("a header with a forbidden character");
  },
};
