import { console } from './console.ts';
import { file } from './lake/file.ts';
import type { Sink } from './sink.ts';

/** Every sink by the name that `cryptopipe sink` takes. */
export const sinks = { file, console } satisfies Record<string, Sink>;
