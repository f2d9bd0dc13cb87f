/** Tests of members of bodies: of maps, and of texts that are JSON objects where that is switched on. */
import { findMembers, memberText, type JsonMember } from "../../../base/json-members.ts";
import { aliasesOf } from "../../../model/semconv.ts";
import { ByteSearch } from "./byte-search.ts";
import type { LogView } from "./log-view.ts";
import { mayHold } from "./match-body.ts";
import { filter, join, minus, type Selection } from "./selection.ts";
import type { TextMatcher } from "./text-matcher.ts";

const ESCAPE = new ByteSearch("\\", false);

export class MemberMatcher {
  readonly #matcher: TextMatcher;
  readonly #jsonBodies: boolean;
  /** All names of the key, as paths. */
  readonly #paths: readonly Uint8Array[];
  /** One of them, or an escape, stands in each text that meets the test; undefined = nothing is known. */
  readonly #searches: readonly ByteSearch[] | undefined;

  constructor(key: string, matcher: TextMatcher, jsonBodies: boolean) {
    this.#matcher = matcher;
    this.#jsonBodies = jsonBodies;
    const aliases = aliasesOf(key).map((alias) => alias.toWellFormed());
    this.#paths = aliases.map((alias) => Buffer.from(alias));
    const lastNames = aliases.map((alias) => alias.slice(alias.lastIndexOf(".") + 1));
    const hasNames = lastNames.every((name) => name !== "" && !name.includes("\ufffd"));
    // A value is mostly rarer than its key.
    if (matcher.search) this.#searches = [matcher.search, ESCAPE];
    else if (hasNames) this.#searches = [...lastNames.map((name) => new ByteSearch(name, false)), ESCAPE];
  }

  match(view: LogView, within: Selection): Selection {
    const candidates = filter(within, (record) => view.mayHaveMembers(record, this.#jsonBodies));
    if (candidates.count === 0) return candidates;
    const likely = this.#searches ? mayHold(view, this.#searches, candidates) : candidates;
    return filter(likely, (record) => this.texts(view, record, (member) => this.#isMet(member)));
  }

  /** Whether `look` says so of one of the members that the key leads to. */
  texts(view: LogView, record: number, look: (member: Readonly<JsonMember>) => boolean): boolean {
    const { bytes, start, end } = view.bodyRange(record);
    let isMet = false;
    for (const path of this.#paths)
      findMembers(bytes, start, end, path, (member) => {
        isMet ||= look(member);
      });
    return isMet;
  }

  #isMet(member: Readonly<JsonMember>): boolean {
    const { bytes, start, end, isEscaped } = member;
    return isEscaped ? this.#matcher.isMetByText(memberText(member)) : this.#matcher.isMetBy(bytes, start, end);
  }
}

/** Records that meet a condition on bodies only when they do not by what they have beside them. */
export function orMembers(view: LogView, within: Selection, found: Selection, members: MemberMatcher): Selection {
  return join(found, members.match(view, minus(within, found)));
}
