/** The otlp receiver: an HTTP and a gRPC server over one admission. */
import { createAdmission } from "../../component/admission.ts";
import type { Authenticator, Component, Settings } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import type { Config } from "./config.ts";
import { OtlpGrpcServer } from "./grpc-server.ts";
import { OtlpHttpServer } from "./http-server.ts";

const MIB = 1024 * 1024;
/** Of what may be in flight, for one sender: who never finishes its requests leaves a quarter to the others. */
const SENDER_SHARE = 0.75;

export class OtlpReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #next: Consumers;
  #grpc: OtlpGrpcServer | undefined;
  #http: OtlpHttpServer | undefined;

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
  }

  async start(): Promise<void> {
    const { id, logger, telemetry } = this.#settings;
    const { grpc, http } = this.#config.protocols;
    const { request_limit_mib, waiting_limit_mib } = this.#config.admission;
    const admission = createAdmission({
      limitBytes: request_limit_mib * MIB,
      waitingLimitBytes: waiting_limit_mib * MIB,
      senderLimitBytes: request_limit_mib * MIB * SENDER_SHARE,
      telemetry,
    });
    const key = `receivers.${id.text}.protocols`;
    if (grpc) {
      const next = observeReceiver(this.#settings, "grpc", this.#next);
      const intake = { next, admission, maxBytes: grpc.max_recv_msg_size_mib * MIB };
      this.#grpc = new OtlpGrpcServer({
        config: grpc,
        intake,
        logger,
        key: `${key}.grpc`,
        authenticator: this.#authenticator(grpc.auth),
      });
      await this.#grpc.start();
    }
    if (http) {
      const next = observeReceiver(this.#settings, "http", this.#next);
      const intake = { next, admission, maxBytes: http.max_request_body_size };
      this.#http = new OtlpHttpServer({
        config: http,
        intake,
        logger,
        key: `${key}.http`,
        authenticator: this.#authenticator(http.auth),
      });
      await this.#http.start();
    }
  }

  async shutdown(deadline: number): Promise<void> {
    await Promise.all([this.#grpc?.stop(deadline), this.#http?.stop(deadline)]);
  }

  ports(): Record<string, number> {
    return { ...(this.#grpc && { grpc: this.#grpc.port }), ...(this.#http && { http: this.#http.port }) };
  }

  #authenticator(auth: { authenticator: string } | undefined): Authenticator | undefined {
    if (auth === undefined || auth.authenticator === "") return undefined;
    const authenticator = this.#settings.host.extension(auth.authenticator)?.authenticator;
    if (!authenticator)
      throw new Error(
        `cannot use the authenticator "${auth.authenticator}": service.extensions lists no such extension that checks senders`,
      );
    return authenticator;
  }
}
