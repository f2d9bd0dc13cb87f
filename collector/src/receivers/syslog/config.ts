/** Keys of the syslog receiver: the Collector's, with `auto` as the protocol and the framing where it has none to choose. */
import {
  boolean,
  durationMillis,
  integer,
  maybe,
  object,
  optional,
  required,
  sizeBytes,
  string,
  type ConfigOf,
} from "../../component/config-schema.ts";
import { endpoint } from "../../component/endpoint.ts";
import { ignored } from "../../component/ignored-field.ts";
import { refused } from "../../component/refused-field.ts";
import { serverTls } from "../../component/server-tls.ts";
import { wallClockOf } from "../../wire/syslog/wall-clock.ts";

const udp = object({
  listen_address: required(endpoint({ transport: "udp", doc: "address to listen on; port 0 = any free one" })),
  batch_size: integer({ default: 1000, min: 1, max: 100_000, doc: "messages that are stored together at most" }),
  flush_interval: durationMillis({ default: "100ms", min: "1ms", doc: "longest time that a message waits for others" }),
  max_pending: sizeBytes({
    default: "8MiB",
    doc: "bytes of messages that may wait for the pipeline; beyond it they are dropped and counted",
  }),
  add_attributes: ignored("the address of a sender that tells no name is its host.name"),
  one_log_per_packet: ignored("a datagram is one message"),
  async: ignored("messages are read as they come"),
});

const tcp = object({
  listen_address: required(endpoint({ doc: "address to listen on; port 0 = any free one" })),
  max_log_size: sizeBytes({ default: "1MiB", doc: "a longer message is cut, and has the attribute syslog.truncated" }),
  max_connections: integer({
    default: 1000,
    min: 1,
    max: 100_000,
    doc: "connections at a time; further ones are closed",
  }),
  enable_octet_counting: maybe(
    boolean({ doc: "true = a length before each message, false = a message a line; absent = told from each message" }),
  ),
  tls: optional(serverTls),
  add_attributes: ignored("the address of a sender that tells no name is its host.name"),
});

export const config = object(
  {
    udp: optional(udp),
    tcp: optional(tcp),
    protocol: string({
      default: "auto",
      oneOf: ["auto", "rfc5424", "rfc3164"],
      doc: "auto = RFC 5424 where a message is well-formed by it, else RFC 3164",
    }),
    location: string({
      default: "UTC",
      doc: "time zone of times that tell none: UTC, Local, or a name such as Europe/Berlin",
      check: (text) => (wallClockOf(text) ? undefined : "UTC, Local, or a time zone such as Europe/Berlin"),
    }),
    allow_skip_pri_header: ignored("a message without PRI is user.notice"),
    operators: refused("operators", "use processors"),
  },
  {
    check: ({ udp, tcp }, fail) => {
      if (!udp && !tcp) fail("", "takes nothing: there is neither udp nor tcp", "give it tcp: { listen_address: … }");
    },
  },
);

export type Config = ConfigOf<typeof config>;
export type UdpConfig = ConfigOf<typeof udp>;
export type TcpConfig = ConfigOf<typeof tcp>;
