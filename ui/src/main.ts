/** Starts the UI: theme before the first paint, history, live clock, then the shell takes over. */
import { followHistory } from "./state/location.ts";
import { startLiveClock } from "./state/live-clock.ts";
import { applyTheme } from "./state/theme.ts";
import "./shell/gs-app.ts";

applyTheme();
followHistory();
startLiveClock();
