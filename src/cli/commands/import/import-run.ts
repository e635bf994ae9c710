import type { Options } from '../../../core/option.ts';
import type { Kind } from '../../../sources/source.ts';
import type { Call } from '../../args/command.ts';
import { runOptions } from '../../pipeline/run-options.ts';
import type { RunCall } from '../../pipeline/run-plan.ts';

/** A call of `import` as one of `run`: its files through all stages into a lake, then every window is closed. */
export function asRun<O extends Options>(call: Call<O>, kind: Kind): RunCall {
  const of: RunCall['of'] = (options, fixed) =>
    call.of(options, { '--file': call.operands.join('\n'), ...fixed });
  const settings = { ...of(runOptions), source: ['file'], once: true, close: true };
  return { ...call, settings, operands: [kind], of };
}
