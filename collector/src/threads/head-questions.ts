/**
 * Questions to the ingest thread about what is open. Those for samples that are asked at one moment, such as the selectors of an
 * expression or of a group of rules, go as one message: to wake the other thread and to copy costs more than an answer does.
 */
import type { HeadAnswer, HeadRequest } from "../store/sqlite/head.ts";
import type { Rpc } from "./rpc.ts";

/** Answers of one message: they are made in one go, and others wait for it. */
const MOST_TOGETHER = 32;

interface Waiting {
  readonly request: HeadRequest;
  readonly resolve: (answer: HeadAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export class HeadQuestions {
  readonly #ingest: Pick<Rpc, "call">;
  #waiting: Waiting[] = [];

  constructor(ingest: Pick<Rpc, "call">) {
    this.#ingest = ingest;
  }

  readonly ask = (request: HeadRequest): Promise<HeadAnswer> => {
    const isForSamples = request.kind === "metrics" && request.request.kind === "samples";
    if (!isForSamples) return this.#call([request]).then(([answer]) => answer);
    return new Promise((resolve, reject) => {
      // What is asked in this turn of the microtasks comes along.
      if (this.#waiting.length === 0) queueMicrotask(() => this.#send());
      this.#waiting.push({ request, resolve, reject });
      if (this.#waiting.length >= MOST_TOGETHER) this.#send();
    });
  };

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    this.#call(waiting.map(({ request }) => request)).then(
      (answers) => waiting.forEach(({ resolve }, i) => resolve(answers[i])),
      (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
    );
  }

  #call(requests: readonly HeadRequest[]): Promise<readonly HeadAnswer[]> {
    return this.#ingest.call("head", requests);
  }
}
