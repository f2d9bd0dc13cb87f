import { expect, test } from "vitest";
import { ABSENT, SeriesTable, type Owner, type Series } from "./series-table.ts";

interface Named extends Series<Owner> {
  readonly text: string;
}

function create(options: { limit?: number; maxOwners?: number; mostSeries?: number } = {}) {
  const translated: number[] = [];
  const table = new SeriesTable<Owner, Named>({
    codes: 1,
    texts: 1,
    limit: 0,
    maxOwners: 10,
    ...options,
    make: (owner, key, texts) => ({
      owner,
      isOverflow: key === undefined,
      startMillis: 0,
      lastSeenMillis: 0,
      text: key ? (key[2] === ABSENT ? "-" : texts.textOf(key[2])) : "overflow",
    }),
    onRebuild: (translate) => translated.push(translate(0)),
  });
  const use = (name: string, code: number, text: string | undefined, nowMillis = 1): Named => {
    const base = { series: 0, lastSeenMillis: 0 };
    const owner = table.owner(
      name,
      (id) => ({ ...base, id, key: name }),
      () => ({ ...base, id: ABSENT, key: "", isOthers: true }),
    );
    owner.lastSeenMillis = nowMillis;
    const bytes = Buffer.from(text ?? "");
    const id = text === undefined ? ABSENT : table.texts.text(bytes, 0, bytes.length, table.accepts(owner));
    if (id < 0) return table.overflowOf(owner);
    table.key.set([owner.id, code, id]);
    const series = table.seriesOfKey(owner);
    series.lastSeenMillis = nowMillis;
    return series;
  };
  return { table, use, translated };
}

test("the same key is the same series", () => {
  const { table, use } = create();
  const first = use("a", 1, "x");
  expect(use("a", 1, "x")).toBe(first);
  for (const other of [use("b", 1, "x"), use("a", 2, "x"), use("a", 1, "y"), use("a", 1, undefined)])
    expect(other).not.toBe(first);
  expect(table.size).toBe(5);
});

test("limits of an owner, of all series and of owners each end in an overflow", () => {
  const limited = create({ limit: 1 });
  expect([use(limited, "a", "x"), use(limited, "a", "y"), use(limited, "b", "y")]).toEqual(["x", "overflow", "y"]);
  const full = create({ mostSeries: 2 });
  expect([use(full, "a", "x"), use(full, "b", "y"), use(full, "c", "z"), use(full, "a", "x")]).toEqual([
    "x",
    "y",
    "overflow",
    "x",
  ]);
  const owners = create({ maxOwners: 1 });
  expect([use(owners, "a", "x"), use(owners, "b", "x"), use(owners, "c", "x")]).toEqual(["x", "overflow", "overflow"]);
  expect(owners.use("b", 1, "x")).toBe(owners.use("c", 1, "x"));

  function use({ use: go }: ReturnType<typeof create>, owner: string, text: string): string {
    return go(owner, 1, text).text;
  }
});

test("a sweep drops what was not used, frees its place, and keeps what the others know", () => {
  const { table, use, translated } = create({ limit: 2 });
  use("a", 1, "old", 1);
  const kept = use("a", 1, "new", 5);
  use("gone", 1, "x", 1);
  expect(use("a", 1, "third", 5).text).toBe("overflow");
  const generation = table.generation;
  expect(
    table
      .sweep(2, 0)
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(["old", "overflow", "x"]);
  expect(table.generation).toBe(generation + 1);
  expect(translated).toHaveLength(1);
  expect(use("a", 1, "new", 6)).toBe(kept);
  expect(use("a", 1, "third", 6).text).toBe("third");
  expect(use("gone", 1, "x", 6).text).toBe("x");
  expect(table.sweep(2, 0)).toEqual([]);
  expect(table.generation).toBe(generation + 1);
});

test("when owners have run out those go that were not used for longest", () => {
  const { table, use } = create({ maxOwners: 4 });
  for (const [i, name] of ["a", "b", "c", "d"].entries()) use(name, 1, "x", i + 1);
  expect(table.sweep(0, 1)).toEqual([]);
  expect(table.sweep(0, 10).map(({ owner }) => owner.key)).toEqual(["a"]);
  expect(use("e", 1, "x", 20).text).toBe("x");
});
