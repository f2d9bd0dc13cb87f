/** Runs the alerting engine on the machine's clock, over the store of the collector, and answers what is asked of it. */
import { openScope } from "../../base/work-scope.ts";
import type { ExtensionInstance, Settings } from "../../component/component.ts";
import { AlertingEngine } from "../../alerts/engine/alerting-engine.ts";
import { Serial } from "../../alerts/engine/serial.ts";
import { RunClock } from "../../alerts/engine/run-clock.ts";
import type { FindSamples } from "../../alerts/evaluate/alerting-rule.ts";
import type { RuleSample } from "../../alerts/evaluate/rule-sample.ts";
import type { GatherEvidence } from "../../alerts/evidence/gather.ts";
import type { RuleKinds } from "../../alerts/kinds/rule-kinds.ts";
import { AlertSending, type SendingSettings } from "../../alerts/send/alert-sending.ts";
import type { StoreAccess } from "../../store/store.ts";
import type { WireRuleReplay } from "../../api/contract.ts";
import type { createAlertingApi } from "../../api/alerting/alerting-api.ts";
import type { AlertingContext } from "../../api/alerting/alerting-context.ts";
import type { Config } from "./config.ts";
import { ruleBatch } from "./rule-batch.ts";

type AlertingApi = ReturnType<typeof createAlertingApi>;

/** Answers requests under the paths of alerting. */
export interface AlertingCapability {
  readonly fetch: (request: Request, bindings: { readonly isCancelled: () => boolean }) => Promise<Response>;
}

export class AlertingExtension implements ExtensionInstance {
  readonly #settings: Settings;
  readonly #config: Config;
  readonly #startedAtMillis = Date.now();
  #engine: AlertingEngine | undefined;
  #clock: RunClock | undefined;
  /** Made with the first request. */
  #api: Promise<Pick<AlertingApi, "fetch">> | undefined;
  readonly #explaining = new Serial();
  /** The last one that was asked for. */
  #replaying: Promise<unknown> = Promise.resolve();
  /** Made with the first rule of one. */
  #kinds: Promise<RuleKinds> | undefined;

  constructor(settings: Settings, config: Config) {
    this.#settings = settings;
    this.#config = config;
  }

  get capability(): AlertingCapability {
    return {
      fetch: async (request, bindings) => {
        this.#api ??= this.#openApi();
        return (await this.#api).fetch(request, bindings);
      },
    };
  }

  async start(): Promise<void> {
    const { host, logger, telemetry, version } = this.#settings;
    const { store } = host;
    if (!store) throw new Error("there is no store to look into; list a storage extension in service.extensions");
    const { config_file } = this.#config;
    if (config_file === "")
      logger.info("alerts are seen in the UI only: set extensions.alerting.config_file to tell somebody");
    const externalUrl = this.#config.external_url || (host.webUrl ?? "");
    const engine = new AlertingEngine({
      reader: store.reader,
      documents: store.documents,
      write: (samples) => this.#write(store, samples),
      settings: this.#engineSettings(store, externalUrl),
      createSending: (offers) =>
        new AlertSending({
          ...offers,
          documents: store.documents,
          externalUrl,
          pictureOf: async (fingerprint, notification) =>
            (await loadPictures()).pictureOfNotified(store.documents, fingerprint, notification),
          environment: process.env,
          metrics: telemetry,
          log: logger,
          version,
          settings: sendingSettings(this.#config),
        }),
      defaultRules: async () => (await import("../../alerts/default-rules/default-rules.ts")).DEFAULT_RULES,
      find: () => this.#find(store),
      gather: gatherLazily,
      log: logger,
      metrics: telemetry,
      clock: Date.now,
    });
    this.#engine = engine;
    await engine.start(Date.now());
    this.#clock = new RunClock(engine);
    this.#clock.start();
  }

  async shutdown(deadline: number): Promise<void> {
    this.#clock?.stop();
    await this.#engine?.stop(deadline);
  }

  #engineSettings({ limits }: StoreAccess, externalUrl: string) {
    const config = this.#config;
    return {
      ruleFiles: config.rule_files.filter((pattern) => pattern !== ""),
      usesDefaultRules: config.default_rules,
      configFile: config.config_file || undefined,
      alertmanagers: config.alertmanagers,
      evaluationIntervalMillis: config.evaluation_interval,
      queryOffsetMillis: config.query_offset,
      resendDelayMillis: config.resend_delay,
      forOutageToleranceMillis: config.for_outage_tolerance,
      reloadIntervalMillis: config.reload_interval,
      externalUrl,
      externalLabels: config.external_labels,
      historyMillis: config.history,
      limits,
      environment: process.env,
    };
  }

  #find(store: StoreAccess): FindSamples {
    return async (...request) => (await this.#loadKinds(store)).find(...request);
  }

  #loadKinds({ reader, documents }: StoreAccess): Promise<RuleKinds> {
    return (this.#kinds ??= import("../../alerts/kinds/rule-kinds.ts").then(
      (code) => new code.RuleKinds({ reader, documents }),
    ));
  }

  async #openApi(): Promise<AlertingApi> {
    const { host, logger, version } = this.#settings;
    const [engine, store] = [this.#engine, host.store];
    if (!engine || !store) throw new Error("alerting has not started");
    const { createAlertingApi } = await import("../../api/alerting/alerting-api.ts");
    return createAlertingApi({
      service: engine.service,
      version,
      startedAtMillis: this.#startedAtMillis,
      pictureOf: async (...request) =>
        (await loadPictures()).pictureOfEpisode(store.documents, engine.service, ...request),
      slos: async (signal) => {
        const kinds = await this.#loadKinds(store);
        const { listSlos } = await import("../../api/alerting/list-slos.ts");
        return listSlos(engine.service, kinds, store.limits, signal);
      },
      band: async (...request) => (await this.#loadKinds(store)).band(...request),
      replay: (...request) => this.#replay(store, ...request),
      chart: async (alert, signal) => {
        const { chartOfAlert } = await import("../../alerts/evidence/chart-of-alert.ts");
        const scope = openScope(signal, store.limits);
        try {
          return await chartOfAlert(store.reader, alert, scope.signal);
        } finally {
          scope.close();
        }
      },
      explain: (...request) => this.#explain(engine, store, ...request),
      reportError: (id, error) =>
        logger.error("a request failed for a reason nobody foresaw", {
          id,
          error: error instanceof Error ? error.stack : String(error),
        }),
    });
  }

  /** One after the other: each takes some seconds of this thread, which the rules that run need too. */
  async #replay(
    { reader }: StoreAccess,
    ...[request, signal, onProgress]: Parameters<AlertingContext["replay"]>
  ): Promise<WireRuleReplay> {
    const { replayText } = await import("../../api/alerting/replay-text.ts");
    const before = this.#replaying;
    const replay = before.then(() => {
      signal.throwIfAborted();
      return replayText(reader, request, this.#config.evaluation_interval, signal, onProgress);
    });
    this.#replaying = replay.catch(() => undefined);
    return replay;
  }

  /** One after the other as well. */
  #explain(
    { service }: AlertingEngine,
    { reader, limits }: StoreAccess,
    ...[subject, signal]: Parameters<AlertingContext["explain"]>
  ): ReturnType<AlertingContext["explain"]> {
    return this.#explaining.run(async () => {
      signal.throwIfAborted();
      const scope = openScope(signal, limits);
      try {
        const { externalUrl, query } = service;
        const tools = { reader, query, externalUrl, log: this.#settings.logger, signal: scope.signal };
        return await gatherLazily(subjectOfStretch(subject), tools);
      } finally {
        scope.close();
      }
    });
  }

  async #write(store: StoreAccess, samples: readonly RuleSample[]): Promise<void> {
    const { rejected, message } = await store.appendMetrics(ruleBatch(samples));
    if (rejected > 0)
      this.#settings.logger.warn("the store didn't take samples of rules", { rejected, reason: message });
  }
}

function subjectOfStretch({ service, operation, ...stretch }: Parameters<AlertingContext["explain"]>[0]) {
  const { startMillis, endMillis } = stretch;
  return {
    labels: { service_name: service, ...(operation !== "" && { span_name: operation }) },
    annotations: {},
    rule: undefined,
    value: undefined,
    activeAtMillis: startMillis,
    startMillis,
    nowMillis: endMillis,
    stretch,
  };
}

function sendingSettings({ sending }: Config): SendingSettings {
  const limits = Object.entries(sending.rate_limits);
  return {
    timeoutMillis: sending.timeout,
    giveUpMillis: sending.give_up_after,
    mostWaiting: sending.queue_size,
    rateLimits: Object.fromEntries(limits.map(([kind, perMinute]) => [kind, { perMinute }])),
  };
}

/** The code is loaded with the first alert. */
const gatherLazily: GatherEvidence = async (subject, tools) =>
  (await import("../../alerts/evidence/gather-evidence.ts")).gatherEvidence(subject, tools);

const loadPictures = () => import("../../alerts/picture/picture-of-alert.ts");
