/** The UI for the tests of a file: started before them, its pages closed after each, which fails when anything went wrong in one. */
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { UiUnderTest } from "./page.ts";

/** To be called at the top of a file; what it gives back is of use within tests. */
export function useUi(): Pick<UiUnderTest, "url" | "otlp" | "open" | "closePages"> {
  let ui: UiUnderTest;
  beforeAll(async () => {
    ui = await UiUnderTest.start();
  });
  afterAll(() => ui.stop());
  afterEach(async () => {
    expect(await ui.closePages()).toEqual([]);
  });
  return {
    get url() {
      return ui.url;
    },
    get otlp() {
      return ui.otlp;
    },
    open: (path, options) => ui.open(path, options),
    closePages: () => ui.closePages(),
  };
}
