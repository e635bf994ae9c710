import { console } from './console/console.ts';
import { file } from './lake/file.ts';
import { s3 } from './lake/store/s3/s3.ts';
import { mongo } from './mongo/mongo.ts';
import type { Sink } from './sink.ts';

/** Every sink by the name that `cryptopipe sink` takes. */
export const sinks = { file, s3, mongo, console } satisfies Record<string, Sink>;
