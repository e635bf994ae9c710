import { Readable } from 'node:stream';
import type { Options, Settings } from '../../../src/core/option.ts';
import type { Clock } from '../../../src/core/util/clock.ts';
import type { Log } from '../../../src/log/log.ts';
import { sourceStage } from '../../../src/runtime/source-stage.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import type { Source, SourceContext } from '../../../src/sources/source.ts';
import { reporter } from '../kit.ts';

export const keylessContext = (signal: AbortSignal, once: boolean): SourceContext => ({
  signal,
  now: systemClock.now,
  monotonic: systemClock.monotonic,
  sleep: (span, until) => systemClock.sleep(span, signal, until),
  stdin: () => Readable.from([]),
  position: async () => undefined,
  once,
  secret: () => undefined,
  proxy: () => undefined,
  random: () => 0.5,
  status: () => {},
  print: () => {},
  info: () => {},
  warn: reporter.warn,
});

/** A source alone in its process. */
export const reading = <O extends Options>(
  log: Log,
  source: Source<O>,
  settings: Settings<O>,
  { once, clock = systemClock }: { readonly once: boolean; readonly clock?: Clock },
) =>
  sourceStage({
    log,
    source,
    settings,
    kinds: [...new Set(Object.keys(source.feeds))] as ('tweets' | 'prices')[],
    topic: undefined,
    clock,
    reporter,
    sourceContext: keylessContext(new AbortController().signal, once),
  });
