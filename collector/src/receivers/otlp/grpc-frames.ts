/**
 * gRPC's framing over an HTTP/2 stream: length-prefixed messages in, one message and trailers out
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 *
 *   message  | compressed u8 | length u32 big-endian | bytes |
 */
import { constants, type ServerHttp2Stream } from "node:http2";
import { DecodeError, TooLargeError } from "../../base/errors.ts";
import { encodeStatus, type RpcStatus } from "../../wire/otlp/export-response.ts";
import type { Place } from "../../component/admit-body.ts";
import { dropPieces, joinPieces } from "./join-pieces.ts";

const PREFIX_BYTES = 5;
const HEADERS = { ":status": 200, "content-type": "application/grpc", "grpc-accept-encoding": "identity,gzip,zstd" };

export interface GrpcMessage {
  readonly bytes: Buffer;
  readonly compressed: boolean;
}

/** The one message of a unary call. @param encoded the call named a compression */
export function readMessage(
  stream: ServerHttp2Stream,
  maxBytes: number,
  encoded: boolean,
  place: Place,
): Promise<GrpcMessage> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const take = (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      try {
        if (size > maxBytes + PREFIX_BYTES) throw tooLarge(maxBytes);
        place.hold(size);
      } catch (error) {
        stream.off("data", take);
        dropPieces(pieces);
        reject(error);
      }
    };
    stream.on("data", take);
    stream.once("end", () => {
      try {
        resolve(parseMessage(joinPieces(pieces, size), encoded));
      } catch (error) {
        reject(error);
      }
    });
    stream.once("aborted", () => reject(new DecodeError("cannot read the message: the sender closed the call")));
  });
}

function tooLarge(maxBytes: number): TooLargeError {
  return new TooLargeError(
    `cannot take a message of more than ${maxBytes} bytes; send smaller batches, or raise max_recv_msg_size_mib`,
  );
}

function parseMessage(data: Buffer, encoded: boolean): GrpcMessage {
  if (data.length < PREFIX_BYTES) throw new DecodeError("cannot read the message: the call holds none");
  const compressed = data[0];
  const length = data.readUInt32BE(1);
  if (compressed > 1) throw new DecodeError(`cannot read the message: its compressed flag is ${compressed}`);
  if (compressed === 1 && !encoded)
    throw new DecodeError("cannot read the message: it is compressed but the call has no grpc-encoding");
  if (data.length !== PREFIX_BYTES + length) {
    throw new DecodeError(
      `cannot read the message: it should have ${length} bytes and ${data.length - PREFIX_BYTES} came`,
    );
  }
  return { bytes: data.subarray(PREFIX_BYTES), compressed: compressed === 1 };
}

export function frameMessage(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

export function sendResponse(stream: ServerHttp2Stream, frame: Buffer): void {
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(frame);
}

/** Ends the call with an error, in headers alone; details (RetryInfo) go in grpc-status-details-bin. */
export function sendStatus(stream: ServerHttp2Stream, status: RpcStatus): void {
  if (stream.destroyed || stream.headersSent) return;
  const details = status.retryAfterMillis !== undefined || status.badRequest;
  stream.respond(
    {
      ...HEADERS,
      "grpc-status": String(status.code),
      "grpc-message": encodeGrpcMessage(status.message),
      ...(details
        ? { "grpc-status-details-bin": Buffer.from(encodeStatus(status)).toString("base64").replace(/=+$/, "") }
        : {}),
    },
    { endStream: true },
  );
  // What the sender still sends is of no interest: it is told so (RFC 9113, 8.1), and what is on its way is read and dropped.
  stream.resume();
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}

/** Percent-encoding of all but printable ASCII, as the specification of grpc-message wants it. */
export function encodeGrpcMessage(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

const TIMEOUT_UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** grpc-timeout ("10S", "500m") in milliseconds; undefined when there is none. */
export function parseTimeoutMillis(header: string | readonly string[] | undefined): number | undefined {
  const found = /^(\d{1,8})([HMSmun])$/.exec(String(header ?? ""));
  return found ? Math.min(2 ** 31 - 1, Math.ceil(Number(found[1]) * TIMEOUT_UNITS[found[2]])) : undefined;
}
