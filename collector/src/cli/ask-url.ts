/** One request for a small answer, with a time limit, by node:http alone: fetch takes twice the memory to load. */
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

const MOST_CHARACTERS = 1000;

export interface Question {
  readonly patienceMillis: number;
  /** By default GET, or POST with a body. */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer, 1000 by default; the rest is left. */
  readonly mostCharacters?: number;
  /** False by default: what is asked is mostly this machine's own process, whose certificate has another name. */
  readonly checksCertificate?: boolean;
}

export interface Answer {
  readonly status: number;
  /** The beginning of it. */
  readonly text: string;
}

/** @throws Error when there is no answer within the time */
export function askUrl(url: string, question: Question): Promise<Answer> {
  const { patienceMillis, body, headers = {}, mostCharacters = MOST_CHARACTERS, checksCertificate = false } = question;
  const { method = body === undefined ? "GET" : "POST" } = question;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: body === undefined ? headers : { "content-length": String(Buffer.byteLength(body)), ...headers },
      signal: AbortSignal.timeout(patienceMillis),
      rejectUnauthorized: checksCertificate,
      agent: false,
    };
    const request = (url.startsWith("https:") ? requestSecure : requestPlain)(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part.slice(0, mostCharacters - text.length)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    request.on("error", (error) =>
      reject(error.name === "AbortError" ? new Error(`no answer within ${patienceMillis} ms`) : error),
    );
    request.end(body);
  });
}
