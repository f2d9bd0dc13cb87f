/** The picture of an alert in a notification, or of an episode for its page: evidence and the colours that services have, as PNG. */
import { serviceColors } from "../../query/services/service-colors.ts";
import type { DocumentStore } from "../../store/store.ts";
import type { Evidence, Notification } from "../channels/notification.ts";
import type { AlertingService } from "../engine/alerting-service.ts";
import type { Labels } from "../notify/labels.ts";
import { drawPicture } from "./draw-picture.ts";

export type ColorDocuments = Pick<DocumentStore, "list" | "add">;

/** Undefined where there is nothing to draw. Rejects where drawing fails. */
export async function pictureOfNotified(
  documents: ColorDocuments,
  fingerprint: string,
  { alerts }: Pick<Notification, "alerts">,
): Promise<Uint8Array | undefined> {
  const alert = alerts.find((one) => one.fingerprint === fingerprint);
  if (!alert?.evidence) return undefined;
  return draw(documents, { ...alert, evidence: alert.evidence });
}

/**
 * @param id of the episode
 * @param signal nothing is drawn for whoever has left: painting takes this thread some 10 ms, which nothing can break off
 */
export async function pictureOfEpisode(
  documents: ColorDocuments,
  service: Pick<AlertingService, "evidence" | "episode" | "alerts">,
  id: string,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const [stored, episode] = [await service.evidence(id), await service.episode(id)];
  signal?.throwIfAborted();
  const alert = episode ?? service.alerts().find((one) => one.id === id);
  if (!stored || !alert) return undefined;
  const drawn = {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: alert.activeAtMillis,
    isResolved: alert.resolvedAtMillis !== undefined,
    evidence: stored.evidence,
  };
  return draw(documents, drawn, signal);
}

interface Drawn {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly isResolved: boolean;
  readonly startsAt: number;
  readonly evidence: Evidence;
}

async function draw(
  documents: ColorDocuments,
  { labels, annotations, isResolved, startsAt, evidence }: Drawn,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const services = [evidence.service, ...(evidence.waterfall?.rows ?? []).map(({ service }) => service)];
  const hues = await serviceColors(documents, [...new Set(services)].filter(Boolean));
  signal?.throwIfAborted();
  return drawPicture({
    evidence,
    title: labels.alertname ?? "Alert",
    summary: annotations.summary ?? annotations.description ?? "",
    isResolved,
    activeAtMillis: evidence.activeAt ?? startsAt,
    hueOf: (service) => hues.get(service),
  });
}
