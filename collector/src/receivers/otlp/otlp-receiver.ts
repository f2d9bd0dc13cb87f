/** The otlp receiver: an HTTP and a gRPC server over one admission. */
import { createAdmission, type Admission } from "../../component/admission.ts";
import type { Authenticator, Component, Host, Settings } from "../../component/component.ts";
import type { Consumers } from "../../component/consumer.ts";
import { observeReceiver } from "../../component/observe-receiver.ts";
import type { Config } from "./config.ts";
import { OtlpGrpcServer } from "./grpc-server.ts";
import { OtlpHttpServer } from "./http-server.ts";

const MIB = 1024 * 1024;
/** Of what may be in flight, for one sender: who never finishes its requests leaves a quarter to the others. */
const SENDER_SHARE = 0.75;
/** By host, so by process. */
const shared = new WeakMap<Host, Admission>();

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
    const { id, logger } = this.#settings;
    const { grpc, http } = this.#config.protocols;
    const admission = this.#admission();
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

  /** Its own where its configuration names a limit, else the one that all receivers of the process share. */
  #admission(): Admission {
    const { telemetry, host } = this.#settings;
    const { request_limit_mib, waiting_limit_mib } = this.#config.admission;
    const isShared = request_limit_mib === undefined && waiting_limit_mib === undefined;
    const known = isShared ? shared.get(host) : undefined;
    if (known) return known;
    const limitBytes = request_limit_mib === undefined ? (host.admissionBytes ?? 64 * MIB) : request_limit_mib * MIB;
    const made = createAdmission({
      limitBytes,
      waitingLimitBytes: waiting_limit_mib === undefined ? limitBytes / 2 : waiting_limit_mib * MIB,
      senderLimitBytes: limitBytes * SENDER_SHARE,
      telemetry,
    });
    if (isShared) shared.set(host, made);
    return made;
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
