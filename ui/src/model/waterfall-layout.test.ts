import { expect, test } from "vitest";
import { dumpWaterfall, modelOf } from "../../test/kit/dump-waterfall.ts";
import { drawTrace, EPOCH } from "../../test/kit/small-trace.ts";
import { toNanoText } from "../../test/kit/trace-generator.ts";
import { initialFold, setCollapsed, setUnfolded } from "./fold-state.ts";
import { placeLogs } from "./trace-logs.ts";

const ORDER = `
gateway POST /checkout 0-400 server error
  orders place 20-380 server error
    inventory reserve 40-120
    payments charge 140-340 server error
    orders INSERT 345-350
  gateway flush 385-520`;

test("draws bars at their place, with the critical path and errors", () => {
  expect(dumpWaterfall(drawTrace(ORDER))).toMatchInlineSnapshot(`
    "
    gateway POST /checkout        |▓▓███████████████████████████▓█         | 400ms ERROR
      orders place                |  ▓██████▓▓███████████████▓▓▓           | 360ms ERROR
        inventory reserve         |   ▓▓▓▓▓▓                               | 80ms
        payments charge           |           ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓              | 200ms ERROR
        orders INSERT             |                           ▓            | 5ms
      gateway flush               |                              ▓█████████| 135ms
    "
  `);
});

test("shows missing parents as placeholders, keeps children outside their parent and negative durations drawable", () => {
  const trace = drawTrace(`
web GET / 10-100
  web auth 2-30
  web render 90-80
db SELECT 40-60 parent=aaaaaaaaaaaaaaaa
db UPDATE 65-70 parent=aaaaaaaaaaaaaaaa`);
  expect(dumpWaterfall(trace)).toMatchInlineSnapshot(`
    "
    web GET /                     |   ████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓| 90ms
      web auth                    |███▓▓▓▓▓▓▓▓                             | 28ms
      web render                  |                                    █   | 0s
    db Missing span               |                ░░░░░░░░░░░░            | not received
      db SELECT                   |                ████████                | 20ms
      db UPDATE                   |                          ██            | 5ms
    "
  `);
});

test("folds similar siblings into one row and leaves those with errors out", () => {
  const calls = Array.from(
    { length: 12 },
    (_, n) => `  db SELECT user ${10 + n * 7}-${15 + n * 7}${n === 5 ? " error" : ""}`,
  );
  const trace = drawTrace(["api list 0-100", ...calls].join("\n"));
  expect(dumpWaterfall(trace)).toMatchInlineSnapshot(`
    "
    api list                      |▓▓▓▓██▓██▓██▓█▓██▓██▓██▓██▓█▓██▓██▓██▓▓▓| 100ms
      11 x SELECT user            |    ▓▓ ▓▓ ▓▓▓▓ ▓▓    ▓▓ ▓▓▓▓ ▓▓ ▓▓ ▓▓   | 11 × 5ms
      db SELECT user              |                  ▓▓                    | 5ms ERROR
    "
  `);
  const { groups } = modelOf(trace);
  const unfolded = setUnfolded(initialFold(trace, groups), 0, true);
  expect(dumpWaterfall(trace, { fold: unfolded }).split("\n")).toHaveLength(16);
});

test("a log time cut to milliseconds lies not before its span", () => {
  const trace = drawTrace(`
gateway GET 0-10
  orders place 4.6-8`);
  const record = { timeUnixNano: toNanoText(EPOCH + 4), spanId: "0000000000000002", body: { stringValue: "placed" } };
  const early = { ...record, timeUnixNano: toNanoText(EPOCH + 2) };
  const logs = placeLogs(trace, { resourceLogs: [{ scopeLogs: [{ logRecords: [record, early] }] }] });
  expect(logs.lines.map((line) => line.at / 1e6)).toEqual([2, 4.6]);
});

test("of lines of one millisecond the deepest comes first", () => {
  const trace = drawTrace(`
gateway GET 0-10
  orders place 4.1-4.8`);
  const line = (spanId: string, text: string) => ({
    timeUnixNano: toNanoText(EPOCH + 4),
    spanId,
    body: { stringValue: text },
  });
  const logRecords = [line("0000000000000001", "answered"), line("0000000000000002", "placed")];
  const logs = placeLogs(trace, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  expect(logs.lines.map((line) => `${line.body} ${line.at / 1e6}`)).toEqual(["placed 4.1", "answered 4.1"]);
});

test("puts logs between a span's children at their time, and hides them with the span", () => {
  const trace = drawTrace(ORDER);
  const line = (at: number, spanId: string, text: string, severityNumber: number) => ({
    timeUnixNano: toNanoText(EPOCH + at),
    spanId,
    severityNumber,
    body: { stringValue: text },
  });
  const logRecords = [
    line(130, "0000000000000002", "stock reserved", 9),
    line(330, "0000000000000004", "declined", 17),
    line(370, "0000000000000002", "rolled back", 13),
    line(500, "", "of no span", 9),
  ];
  const logs = placeLogs(trace, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  expect(dumpWaterfall(trace, { logs })).toMatchInlineSnapshot(`
    "
    gateway POST /checkout        |▓▓███████████████████████████▓█         | 400ms ERROR
      orders place                |  ▓██████▓·███████████████▓▓!           | 360ms ERROR
        inventory reserve         |   ▓▓▓▓▓▓                               | 80ms
        "stock reserved"          |          ·                             |
        payments charge           |           ▓▓▓▓▓▓▓▓▓▓▓▓▓▓x              | 200ms ERROR
          "declined"              |                         x              |
        orders INSERT             |                           ▓            | 5ms
        "rolled back"             |                            !           |
      gateway flush               |                              ▓█████████| 135ms
    "of no span"                  |                                      · |
    "
  `);
  const fold = setCollapsed(initialFold(trace, modelOf(trace).groups), 1, true);
  expect(dumpWaterfall(trace, { logs, fold })).toMatchInlineSnapshot(`
    "
    gateway POST /checkout        |▓▓███████████████████████████▓█         | 400ms ERROR
      orders place                |  ▓██████▓·███████████████▓▓!           | 360ms ERROR
      gateway flush               |                              ▓█████████| 135ms
    "of no span"                  |                                      · |
    "
  `);
});

test("cuts bars at the edges of the view and points to what lies outside", () => {
  expect(dumpWaterfall(drawTrace(ORDER), { view: { from: 130e6, to: 350e6 } })).toMatchInlineSnapshot(`
    "
    gateway POST /checkout        |████████████████████████████████████████| 400ms ERROR
      orders place                |▓▓████████████████████████████████████▓▓| 360ms ERROR
        inventory reserve         |‹                                       |
        payments charge           |  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓  | 200ms ERROR
        orders INSERT             |                                       ▓| 5ms
      gateway flush               |                                       ›|
    "
  `);
});
