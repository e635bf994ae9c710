import { UserError } from '../../../core/errors.ts';
import type { UntestedPair } from '../../../market/lead/inputs.ts';
import { slidingLengths } from '../../../market/lead/lead-test.ts';
import type { SignalWindow } from '../../../market/lead/signal-windows.ts';

/** Throws UserError `usage` for windows for which p would mean nothing. */
export function refuseUntestable(windows: readonly SignalWindow[]): void {
  const sliding = slidingLengths(windows);
  if (sliding.length > 0)
    throw new UserError(
      'usage',
      `the windows of ${sliding.join(', ')} slide: neighbours have posts and prices in common, so each correlates with the next, and no p means anything`,
      "Test windows that do not overlap: run 'cryptopipe process signals' without --slide, or name other lengths with --window.",
    );
  if (windows.some(({ window }) => window === '1M'))
    throw new UserError(
      'usage',
      'months differ in length, so that a lag of months is no span of time',
      'Name days or weeks with --window.',
    );
}

export const leftOutText = ({ coin, window, series, why }: UntestedPair): string =>
  `${coin} ${window} ${series} is not tested: ${why}`;

/** The error if nothing can be tested. */
export const nothingToTest = (leftOut: readonly UntestedPair[]): UserError =>
  new UserError(
    'failed',
    ['too little to test:', ...leftOut.map(leftOutText)].join('\n'),
    'Collect for longer, or name shorter windows with --window, or fewer lags with --lags.',
  );
