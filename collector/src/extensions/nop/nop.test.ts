import { expect, test } from "vitest";
import { testSettings } from "../../../test/kit/settings.ts";
import { nopExtension } from "./factory.ts";

test("does nothing", () => {
  expect(nopExtension.create(testSettings("extension"), {})).toEqual({});
});
