/** The mock's silences: kept in memory, one of each state to begin with. */
import type { WireNewSilence, WireSilence } from "goldspan/contract";
import type { Answer, Asked } from "./answer.ts";

const HOUR = 3_600_000;

export class MockSilences {
  private kept: WireSilence[];
  private made = 0;

  constructor(now: number) {
    const at = (startHours: number, endHours: number) => ({
      startsAtMillis: now + startHours * HOUR,
      endsAtMillis: now + endHours * HOUR,
      updatedAtMillis: now + Math.min(0, startHours) * HOUR,
    });
    this.kept = [
      {
        ...at(-2, 6),
        id: "7d0f4c52-1111-4222-8333-94a1b2c3d4e5",
        matchers: [
          { name: "alertname", operator: "=", value: "DiskFull" },
          { name: "instance", operator: "=~", value: "db-.*" },
        ],
        createdBy: "mara",
        comment: "the disk is being replaced <b>today</b>",
        state: "active",
        alerts: 1,
      },
      {
        ...at(20, 24),
        id: "7d0f4c52-1111-4222-8333-94a1b2c3d4e6",
        matchers: [{ name: "service_name", operator: "=", value: "inventory" }],
        createdBy: "mara",
        comment: "migration",
        state: "pending",
        alerts: 0,
      },
      {
        ...at(-30, -26),
        id: "7d0f4c52-1111-4222-8333-94a1b2c3d4e7",
        matchers: [{ name: "service_name", operator: "=", value: "gateway" }],
        createdBy: "jo",
        comment: "load test",
        state: "expired",
        alerts: 0,
      },
    ];
  }

  answer(id: string | undefined, isEmpty: boolean, { method, sent, now }: Asked): Answer | undefined {
    if (method === "GET") return { status: 200, body: { silences: isEmpty ? [] : this.kept } };
    if (method === "POST") return { status: 201, body: this.add(sent as WireNewSilence, now) };
    const found = this.kept.find((silence) => silence.id === id);
    if (!found) return undefined;
    Object.assign(found, { state: "expired", endsAtMillis: now, alerts: 0 });
    return { status: 204, body: undefined };
  }

  private add(silence: WireNewSilence, now: number): WireSilence {
    this.made += 1;
    const added: WireSilence = {
      ...silence,
      id: `made-${this.made}`,
      state: "active",
      updatedAtMillis: now,
      alerts: 1,
    };
    this.kept = [added, ...this.kept];
    return added;
  }
}
