/** One GET of a small text, with a time limit, by node:http alone: fetch takes twice the memory to load. */
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";

const MOST_CHARACTERS = 1000;

export interface Answer {
  readonly status: number;
  /** The beginning of it. */
  readonly text: string;
}

/**
 * Certificates are not checked: what is asked is this machine's own process, and it is told nothing.
 * @throws Error when there is no answer within the time
 */
export function askUrl(url: string, patienceMillis: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { signal: AbortSignal.timeout(patienceMillis), rejectUnauthorized: false };
    const request = (url.startsWith("https:") ? getSecure : getPlain)(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part.slice(0, MOST_CHARACTERS - text.length)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    request.on("error", (error) =>
      reject(error.name === "AbortError" ? new Error(`no answer within ${patienceMillis} ms`) : error),
    );
  });
}
