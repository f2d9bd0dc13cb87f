import { expect, it } from "vitest";
import { EVER } from "../../../../test/kit/log-searches.ts";
import { logsRequest } from "../../../../test/kit/simple-otlp.ts";
import { logsOf, openSqlite, tempDirectory } from "../../../../test/kit/stores.ts";
import { openScope } from "../../../base/work-scope.ts";
import { EVERY_LOG } from "../../../model/log-condition.ts";
import { countFacets } from "./count-facets.ts";
import { listFields } from "./list-fields.ts";

it("takes no more than some seconds for a record with very many members", async () => {
  const directory = tempDirectory();
  const store = openSqlite(directory.path);
  try {
    const members = Array.from({ length: 60_000 }, (_, i): [string, number] => [`member${i}`, i]);
    const body = JSON.stringify(Object.fromEntries(members));
    await store.writer.append(logsOf(logsRequest({ body, time: 1000 }, { body: '{"other":1}', time: 1001 })));
    const started = process.cpuUsage();
    const fields = await listFields(store.reader, EVERY_LOG, EVER);
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
    expect(fields.filter(({ kind }) => kind === "attribute").length).toBeGreaterThan(1000);
    expect(fields.find(({ name }) => name === "member1999")).toEqual({
      name: "member1999",
      kind: "attribute",
      count: 1,
    });
    const scope = openScope(undefined, { timeoutMillis: 200, maxBytes: 0, maxRows: 0 });
    const request = { condition: EVERY_LOG, range: EVER, fields: undefined, limit: 10 };
    await expect(countFacets(store.reader, request, scope.signal)).rejects.toThrow("it takes longer than 0.2 s");
    scope.close();
  } finally {
    await store.close();
    directory.remove();
  }
});
