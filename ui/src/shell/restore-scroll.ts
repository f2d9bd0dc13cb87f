/**
 * Puts the window back to where one was, after going back or forward. The page may need a moment until it is tall enough again: its
 * code and data are looked at on each frame for a while.
 */
const WAIT_MILLIS = 1500;

export function restoreScroll(top: number): void {
  const until = performance.now() + WAIT_MILLIS;
  const step = (now: number): void => {
    const reachable = document.documentElement.scrollHeight - window.innerHeight >= top;
    if (reachable) window.scrollTo(0, top);
    else if (now < until) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
