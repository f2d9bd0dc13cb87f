/** Texts that stand in manifests and examples where a token belongs: everybody knows them, so the start refuses them. */

/** How they begin, or all that they are, whatever the case. No token made of random characters looks so. */
const PLACEHOLDER =
  /^(?:replace[-_]?(?:this|me|with)|change[-_]?(?:this|me|it)|(?:put|insert|enter)[-_](?:a|the|your)[-_]|your[-_](?:\w+[-_])*(?:token|secret|password)|<.*>$|todo\b|x{4,}$)/i;

export const TOKEN_FIX = "openssl rand -hex 32 makes a good one";

/** What is wrong with it; undefined = it may be a token. */
export function placeholderProblem(token: string): string | undefined {
  return PLACEHOLDER.test(token) ? "is the placeholder of an example, which everybody knows" : undefined;
}
