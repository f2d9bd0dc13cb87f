/**
 * Which service a series belongs to: its label service_name, else its job, which is the service's name (behind its namespace and a
 * slash, where it has one): that is how OTLP's service.name becomes a label, and how scrape jobs are best named.
 */
import { labelValue, type Labels } from "../../model/labels.ts";

export const SERVICE_LABEL = "service_name";

/** "" = it belongs to none. */
export function serviceOfSeries(labels: Labels): string {
  return labelValue(labels, SERVICE_LABEL) || serviceOfJob(labelValue(labels, "job"));
}

export function serviceOfJob(job: string): string {
  return job.slice(job.lastIndexOf("/") + 1);
}

/** An anchored expression for the service's jobs, with and without a namespace. */
export function jobPattern(service: string): string {
  return `(.+/)?${escapeRe2(service)}`;
}

/** Text as an expression that only it meets. */
export function escapeRe2(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
