/** The key `auth` of the web extension: `none`, or the token that is asked for. */
import { object, report, secret, type ConfigOf, type Field } from "../../component/config-schema.ts";
import { placeholderProblem, TOKEN_FIX } from "../../component/placeholder-token.ts";

/** Shorter ones can be guessed, some 10,000 tries a day and address. */
const LEAST_CHARACTERS = 16;

const asked = object(
  {
    token: secret({
      default: "",
      doc: "what people and programs must know; empty = on the loopback nobody is asked, elsewhere one is made at the first start",
    }),
  },
  {
    check: ({ token }, fail) => {
      if (token === "") return;
      const placeholder = placeholderProblem(token);
      if (placeholder !== undefined) fail("token", placeholder, TOKEN_FIX);
      else if (!/^[\x21-\x7e]+$/.test(token))
        fail("token", "a token has no spaces and only characters of ASCII", TOKEN_FIX);
      else if (token.length < LEAST_CHARACTERS)
        fail("token", `a token has at least ${LEAST_CHARACTERS} characters`, TOKEN_FIX);
    },
  },
);

export type WebAuth = "none" | ConfigOf<typeof asked>;

export const auth: Field<WebAuth> = {
  doc: {
    type: "map, or none",
    text: "who may use the port; `none` = everybody who reaches it",
    fields: asked.doc.fields,
    print: (value: WebAuth) => (value === "none" || value.token === "" ? value : { token: "[REDACTED]" }),
  },
  read(node, context) {
    if (node?.kind !== "scalar") return asked.read(node, context);
    if (node.text === "none") return "none";
    // A token in the wrong place must not be shown.
    report(context, node, "expected none or a map", "write auth: none, or auth: { token: ${env:GOLDSPAN_TOKEN} }");
    return "none";
  },
};
