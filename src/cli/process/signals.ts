/** Exit code after a second Ctrl-C: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Signals that ask the process to stop: from the user, a service manager, or a closed terminal. */
export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * The first signal aborts (stages drain); the second ends the process, after a running commit. A later SIGHUP is ignored:
 * closing a terminal sends several. `listen` registers the callback for every signal.
 */
export function stopSignal(
  listen: (onSignal: (name: StopSignal) => void) => void,
  exit: (code: number) => void,
): AbortSignal {
  const controller = new AbortController();
  listen((name) => {
    if (!controller.signal.aborted) controller.abort();
    else if (name !== 'SIGHUP') exit(INTERRUPTED);
  });
  return controller.signal;
}
