/**
 * SQLite with a span for every statement, by the database semantic conventions: better-sqlite3 has no instrumentation.
 * In: SQL with parameters. Out: rows and spans; parameter values never reach a span.
 * https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */

import { basename } from "node:path";
import { type Attributes, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import Database from "better-sqlite3";
import { summarizeSql } from "./sql-summary.ts";

type Parameter = string | number | bigint | null;

export class TracedDatabase {
  readonly #database: Database.Database;
  readonly #namespace: string;
  readonly #tracer: Tracer = trace.getTracer("shop.database");
  readonly #prepared = new Map<string, { statement: Database.Statement; name: string; attributes: Attributes }>();

  /** Opens or creates the file (":memory:" for none) and runs `schema`, which must be repeatable. */
  constructor(file: string, schema: string) {
    this.#database = new Database(file);
    this.#namespace = basename(file);
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma("synchronous = NORMAL");
    this.#database.pragma("busy_timeout = 2000");
    // The write-ahead log is cut to 1 MiB after each checkpoint; it would stay at its largest size otherwise.
    this.#database.pragma("wal_autocheckpoint = 250");
    this.#database.pragma("journal_size_limit = 1048576");
    this.#database.exec(schema);
  }

  /** The first row as an object, undefined without one. */
  get(sql: string, ...parameters: Parameter[]): unknown {
    return this.#trace(sql, (statement) => statement.get(...parameters));
  }

  all(sql: string, ...parameters: Parameter[]): unknown[] {
    return this.#trace(sql, (statement) => statement.all(...parameters));
  }

  /** Returns the number of rows changed. */
  run(sql: string, ...parameters: Parameter[]): number {
    return this.#trace(sql, (statement) => statement.run(...parameters).changes);
  }

  /** All of `work` or nothing of it; its statements make spans as usual. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  /** Cheap and without a span, for readiness. @throws when the database does not answer. */
  ping(): void {
    this.#database.prepare("SELECT 1").get();
  }

  close(): void {
    this.#database.close();
  }

  #trace<T>(sql: string, work: (statement: Database.Statement) => T): T {
    const { statement, name, attributes } = this.#prepare(sql);
    return this.#tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, (span) => {
      try {
        const result = work(statement);
        if (Array.isArray(result)) span.setAttribute("db.response.returned_rows", result.length);
        return result;
      } catch (error) {
        const { code = "_OTHER", message } = error as Error & { code?: string };
        span.setAttribute("error.type", code);
        span.setStatus({ code: SpanStatusCode.ERROR, message });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  #prepare(sql: string): { statement: Database.Statement; name: string; attributes: Attributes } {
    let prepared = this.#prepared.get(sql);
    if (!prepared) {
      const { operation, collection } = summarizeSql(sql);
      const name = collection === undefined ? operation : `${operation} ${collection}`;
      const attributes = {
        "db.system.name": "sqlite",
        "db.namespace": this.#namespace,
        "db.operation.name": operation,
        "db.collection.name": collection,
        "db.query.summary": name,
        "db.query.text": sql.replace(/\s+/g, " ").trim(),
      };
      prepared = { statement: this.#database.prepare(sql), name, attributes };
      this.#prepared.set(sql, prepared);
    }
    return prepared;
  }
}
