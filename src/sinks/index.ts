import { console } from './console/console.ts';
import { file } from './lake/file.ts';
import { s3 } from './lake/store/s3/s3.ts';
import { mongo } from './mongo/mongo.ts';
import type { Sink } from './sink.ts';

/** All sinks by their name on the command line. */
export const sinks = { file, s3, mongo, console } satisfies Record<string, Sink>;
