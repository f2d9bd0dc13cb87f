/**
 * The last few answers by the question's key, so that going back shows at once what was there, while it is asked again. Bounded
 * by count; answers are shared, nobody may change them.
 */
const MOST = 16;
const answers = new Map<string, unknown>();

export function recallAnswer(key: string): unknown {
  return answers.get(key);
}

export function keepAnswer(key: string, answer: unknown): void {
  answers.delete(key);
  answers.set(key, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= MOST) break;
    answers.delete(oldest);
  }
}
