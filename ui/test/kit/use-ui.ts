/** The UI for the tests of a file: started before them, its pages closed after each, which fails when anything went wrong in one. */
import { afterAll, afterEach, beforeAll } from "vitest";
import { UiUnderTest } from "./page.ts";

/** To be called at the top of a file; what it gives back is of use within tests. @param data none = nothing was ever sent */
export function useUi(data: "shop" | "none" = "shop"): Pick<UiUnderTest, "url" | "otlp" | "open" | "closePages"> {
  let started: UiUnderTest | undefined;
  const ui = (): UiUnderTest => {
    if (!started) throw new Error("cannot use the UI: it is started before the first test, and stopped after the last");
    return started;
  };
  beforeAll(async () => {
    started = await UiUnderTest.start(data);
  });
  afterAll(() => started?.stop());
  afterEach(async () => {
    const problems = await ui().closePages();
    // As text, which vitest.config.ts looks for what is not the UI's fault.
    if (problems.length > 0) throw new Error(`something went wrong in the pages:\n${problems.join("\n")}`);
  });
  return {
    get url() {
      return ui().url;
    },
    get otlp() {
      return ui().otlp;
    },
    open: (path, options) => ui().open(path, options),
    closePages: () => ui().closePages(),
  };
}
