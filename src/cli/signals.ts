/** Exit code of a process that a second Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/**
 * The first signal aborts (stages drain), the second ends the process, after the commit under way at most.
 * `listen` calls back at each SIGTERM or SIGINT.
 */
export function stopSignal(
  listen: (onSignal: () => void) => void,
  exit: (code: number) => void,
): AbortSignal {
  const controller = new AbortController();
  listen(() => {
    if (controller.signal.aborted) exit(INTERRUPTED);
    else controller.abort();
  });
  return controller.signal;
}
