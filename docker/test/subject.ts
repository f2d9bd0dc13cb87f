/** What every group of checks is given. */
import type { Engine } from "./engine.ts";
import type { Report } from "./report.ts";

export interface Subject {
  readonly engine: Engine;
  readonly image: string;
  /** The demo shop's. */
  readonly demoImage: string;
  readonly base: string;
  /** Of the program, by its package.json. */
  readonly version: string;
  readonly report: Report;
}
