/** Exit code of a process that a second Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** What asks a process to stop: by hand, by a service manager, by a terminal that is closed. */
export const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * The first signal aborts (stages drain), the second ends the process, after the commit under way at most. A SIGHUP is no
 * second one: a terminal that is closed sends it more than once. `listen` calls back at each signal.
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
