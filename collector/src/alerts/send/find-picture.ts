/** The picture of a notification: a message does not wait for ever for it, nor fail without it. */
import { messageOf } from "../../base/errors.ts";
import type { StoreLog } from "../../store/store.ts";
import type { Notification } from "../channels/notification.ts";
import type { PictureOf } from "./sending.ts";

/** Pictures take a query and some drawing. */
const PICTURE_MILLIS = 10_000;
const MOST_PICTURE_BYTES = 5 * 1024 * 1024;

/** Of the first alert that fires; undefined where there is none, or none in time. */
export async function findPicture(
  notification: Notification,
  pictureOf: PictureOf,
  log: StoreLog,
): Promise<Uint8Array | undefined> {
  const alert = notification.alerts.find(({ isResolved }) => !isResolved);
  if (!alert) return undefined;
  try {
    const picture = await withinMillis(PICTURE_MILLIS, pictureOf(alert.fingerprint, notification));
    return picture && picture.byteLength <= MOST_PICTURE_BYTES ? picture : undefined;
  } catch (error) {
    log.warn("the picture of an alert could not be made", { alert: alert.fingerprint, error: messageOf(error) });
    return undefined;
  }
}

/** What the work comes to; undefined when it takes longer. */
export async function withinMillis<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), millis);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A grey square: a PNG that any channel takes, for tests of one. */
export const SAMPLE_PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAKklEQVR42u3MQREAAAwCIPunMKoh9ttBANKjCAQCgUAgEAgEAoFAIPgeDNM8AJdWG2vwAAAAAElFTkSuQmCC",
  "base64",
);
