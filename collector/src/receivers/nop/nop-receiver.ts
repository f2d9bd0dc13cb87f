/** Receives nothing: for tests, and to keep a pipeline configured that another source feeds later. */
import type { Component } from "../../component/component.ts";

export function createNopReceiver(): Component {
  return {};
}
