/** Rules: where they stand, files made in the UI, their check and what they would have done. */
import { createHash } from "node:crypto";
import { Hono } from "hono";
import { ConflictError, NotFoundError, QueryError } from "../../base/errors.ts";
import { RuleFileError } from "../../alerts/engine/alerting-service.ts";
import { Serial } from "../../alerts/engine/serial.ts";
import { lintRules, parseRules } from "../../alerts/rules/parse-rules.ts";
import type { ApiEnv } from "../context.ts";
import type { WireRuleCheck, WireRuleFile, WireRuleReplay, WireRules } from "../contract.ts";
import { jsonBody } from "../json-body.ts";
import { acceptsLines, lineResponse } from "../line-response.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { replayLines } from "./replay-lines.ts";
import type { ReplayRequest } from "./replay-text.ts";
import { wireGroup, wireIssues, wireRuleFile } from "./wire-rule.ts";

const LONGEST_TEXT = 512 * 1024;
const LONGEST_REPLAY_MILLIS = 31 * 86_400_000;

export function ruleRoutes({ service, replay, reportError }: AlertingContext): Hono<ApiEnv> {
  /** Between the look at a file's version and its change there is no other change. */
  const changes = new Serial();
  return new Hono<ApiEnv>()
    .get("/rules", (c) =>
      c.json<WireRules>({ files: service.ruleFiles().map(wireRuleFile), groups: service.groups().map(wireGroup) }),
    )
    .post("/rules/check", async (c) => {
      const text = textOf(await jsonBody(c.req.raw));
      const { groups, issues } = parseRules(text);
      return c.json<WireRuleCheck>({
        issues: issues.length > 0 ? wireIssues(issues) : wireIssues(lintRules(groups), "warning"),
        groups: groups.length,
        rules: groups.reduce((sum, { rules }) => sum + rules.length, 0),
      });
    })
    .post("/rules/replay", async (c) => {
      const body = await jsonBody(c.req.raw);
      const text = textOf(body);
      const end = millisOf(body, "end") ?? service.now();
      const start = millisOf(body, "start") ?? end - 7 * 86_400_000;
      if (start > end || end - start > LONGEST_REPLAY_MILLIS)
        throw new QueryError("cannot replay this range", undefined, "start stands before end, by 31 days at most");
      const request: ReplayRequest = { text, startMillis: start, endMillis: end, line: lineOf(body) };
      const { signal } = c.req.raw;
      if (acceptsLines(c.req.header("accept")))
        return lineResponse(
          replayLines((...rest) => refused(() => replay(request, ...rest)), signal),
          reportError,
        );
      return c.json<WireRuleReplay>(await refused(() => replay(request, signal)));
    })
    .get("/rule-files/:name", async (c) => c.json<WireRuleFile>(await fileOf(c.req.param("name"))))
    .put("/rule-files/:name", async (c) => {
      const name = c.req.param("name");
      const body = await jsonBody(c.req.raw);
      const text = textOf(body);
      const version = versionOf((body as { version?: unknown }).version);
      await changes.run(async () => {
        await checkVersion(name, version);
        await refused(() => service.putRuleFile(name, text));
      });
      return c.json<WireRuleFile>({ name, origin: "ui", text, version: versionOfText(text) });
    })
    .delete("/rule-files/:name", async (c) => {
      const name = c.req.param("name");
      await changes.run(async () => {
        await checkVersion(name, c.req.query("version"));
        if (!(await refused(() => service.deleteRuleFile(name)))) throw missing(name);
      });
      return c.body(null, 204);
    });

  async function checkVersion(name: string, version: string | undefined): Promise<void> {
    if (version === undefined) return;
    const text = await service.ruleFileText(name);
    const now = text === undefined ? "" : versionOfText(text);
    if (now === version) return;
    const what = now === "" ? "is gone" : version === "" ? "is there already" : "was changed by somebody else";
    throw new ConflictError(`cannot save over the rule file ${name}: it ${what} since it was read; read it again`);
  }

  async function fileOf(name: string): Promise<WireRuleFile> {
    const status = service.ruleFiles().find((file) => file.name === name);
    const text = status && (await service.ruleFileText(name));
    if (text === undefined) throw missing(name);
    return { name, origin: status!.origin, text, version: versionOfText(text) };
  }
}

/** A file that cannot run is the caller's mistake. */
async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RuleFileError)) throw error;
    const [first] = error.issues;
    const place = first?.at ? ` at line ${first.at.line}, column ${first.at.column}` : "";
    throw new QueryError(first ? `${error.message}${place}: ${first.message}` : error.message);
  }
}

function missing(name: string): NotFoundError {
  return new NotFoundError(`cannot find the rule file ${name}; GET /api/v1/alerting/rules lists what there is`);
}

function versionOfText(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

/** Undefined = whatever lies there. */
function versionOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new QueryError("cannot read version", undefined, "write the version that was read, or leave it out");
}

function lineOf(body: unknown): number | undefined {
  const { line } = body as { line?: unknown };
  if (line === undefined) return undefined;
  if (typeof line === "number" && Number.isInteger(line) && line > 0) return line;
  throw new QueryError("cannot read line", undefined, "write the number of a line of the text, from 1 on");
}

function textOf(body: unknown): string {
  const text = (body as { text?: unknown } | null)?.text;
  if (typeof text !== "string" || text.length > LONGEST_TEXT)
    throw new QueryError(
      `cannot read the rules: text is missing, or longer than ${LONGEST_TEXT / 1024} KiB`,
      undefined,
      'send {"text": "groups: …"}',
    );
  return text;
}

function millisOf(body: unknown, name: string): number | undefined {
  const value = (body as Record<string, unknown>)[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw new QueryError(`cannot read ${name}`, undefined, "write milliseconds since 1970");
  return value;
}
