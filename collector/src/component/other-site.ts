/** Requests that a page of another site makes a browser send: its user is not asked, so nothing may be written by them. */
import type { IncomingMessage } from "node:http";

const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether it would write something. Programs and old browsers say nothing of a site; theirs are let through. */
export function isWriteOfOtherSite({ method = "GET", headers }: IncomingMessage): boolean {
  return !READING.has(method) && headers["sec-fetch-site"] === "cross-site";
}
