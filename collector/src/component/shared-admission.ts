/** The one admission that all receivers of a process share, unless a receiver's configuration gives it one of its own. */
import { createAdmission, type Admission } from "./admission.ts";
import type { Host, Settings } from "./component.ts";
import { watchMemory } from "./memory-limit.ts";

const MIB = 1024 * 1024;
/** Of what may be in flight, for one sender: who never finishes its requests leaves a quarter to the others. */
const SENDER_SHARE = 0.75;
/** By host, so by process. */
const shared = new WeakMap<Host, Admission>();

export interface OwnLimits {
  readonly request_limit_mib?: number | undefined;
  readonly waiting_limit_mib?: number | undefined;
}

/** The shared one when neither limit is given. */
export function admissionFor({ telemetry, host }: Settings, own: OwnLimits = {}): Admission {
  const { request_limit_mib, waiting_limit_mib } = own;
  const isShared = request_limit_mib === undefined && waiting_limit_mib === undefined;
  const known = isShared ? shared.get(host) : undefined;
  if (known) return known;
  const limitBytes = request_limit_mib === undefined ? (host.admissionBytes ?? 64 * MIB) : request_limit_mib * MIB;
  const made = createAdmission({
    limitBytes,
    waitingLimitBytes: waiting_limit_mib === undefined ? limitBytes / 2 : waiting_limit_mib * MIB,
    senderLimitBytes: limitBytes * SENDER_SHARE,
    isMemoryShort: watchMemory(),
    telemetry,
  });
  if (isShared) shared.set(host, made);
  return made;
}
