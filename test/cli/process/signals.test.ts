import { expect, test } from 'vitest';
import { STOP_SIGNALS, stopSignal } from '../../../src/cli/process/signals.ts';

test.each(STOP_SIGNALS)(
  'a first %s asks stages to stop, the next SIGTERM or SIGINT ends the process with 130',
  (first) => {
    const exits: number[] = [];
    let raise: (name: (typeof STOP_SIGNALS)[number]) => void = () => {};
    const stop = stopSignal(
      (onSignal) => {
        raise = onSignal;
      },
      (code) => exits.push(code),
    );
    expect(stop.aborted).toBe(false);
    raise(first);
    expect([stop.aborted, exits]).toEqual([true, []]);
    // A terminal that is closed hangs up more than once.
    raise('SIGHUP');
    raise('SIGHUP');
    expect(exits).toEqual([]);
    raise('SIGTERM');
    raise('SIGINT');
    expect(exits).toEqual([130, 130]);
  },
);
