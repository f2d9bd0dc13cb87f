/** The syslog receiver: a UDP socket, a TCP server, or both, and the delivery that they share. */
import type { Component, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import { admissionFor } from "../../component/shared-admission.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { SyslogProtocol } from "../../wire/syslog/parse-syslog.ts";
import { wallClockOf, type WallClock } from "../../wire/syslog/wall-clock.ts";
import type { Config } from "./config.ts";
import { Delivery } from "./delivery.ts";
import { TcpServer } from "./tcp-server.ts";
import { UdpServer } from "./udp-server.ts";

/** Of the time until the deadline, for what has to be stored at the end. */
const LAST_MILLIS = 500;

export class SyslogReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #next: Consumers;
  readonly #deliveries: Delivery[] = [];
  #udp: UdpServer | undefined;
  #tcp: TcpServer | undefined;

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
  }

  async start(): Promise<void> {
    const { udp, tcp, protocol, location } = this.#config;
    const { id, logger } = this.#settings;
    const messages = { protocol: protocol as SyslogProtocol, clock: wallClockOf(location) as WallClock };
    const key = `receivers.${id.text}`;
    if (tcp) {
      const { delivery } = this.#deliveryOver("tcp");
      this.#tcp = new TcpServer({ config: tcp, messages, delivery, logger, key: `${key}.tcp` });
      await this.#tcp.start();
    }
    if (udp) {
      const parts = this.#deliveryOver("udp");
      this.#udp = new UdpServer({ config: udp, messages, ...parts, logger, key: `${key}.udp` });
      await this.#udp.start();
    }
  }

  async shutdown(deadline: number): Promise<void> {
    const giveUp = setTimeout(
      () => {
        for (const delivery of this.#deliveries) delivery.abort();
      },
      Math.max(0, deadline - LAST_MILLIS - Date.now()),
    );
    await Promise.all([this.#tcp?.stop(deadline - LAST_MILLIS), this.#udp?.stop()]);
    clearTimeout(giveUp);
  }

  ports(): Record<string, number> {
    return { ...(this.#tcp && { tcp: this.#tcp.port }), ...(this.#udp && { udp: this.#udp.port }) };
  }

  #deliveryOver(transport: string): Pick<ConstructorParameters<typeof UdpServer>[0], "delivery" | "onLost"> {
    const { id, telemetry, logger } = this.#settings;
    const lost = telemetry.counter(
      "goldspan_syslog_dropped_messages_total",
      "Messages that were read and not stored: too many waited (pending), refused by the pipeline, an error, or the end of the collector.",
      ["receiver", "transport", "reason"],
    );
    const onLost = (messages: number, reason: string) => lost.add(messages, { receiver: id.text, transport, reason });
    onLost(0, "pending");
    const next = observeReceiver(this.#settings, transport, this.#next).logs as Consumer<LogBatch>;
    const delivery = new Delivery({ next, admission: admissionFor(this.#settings), logger, onLost });
    this.#deliveries.push(delivery);
    return { delivery, onLost };
  }
}
