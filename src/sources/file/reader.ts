import type { NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Shape } from './position.ts';

/** Adds one to a count of the run's summary. */
export type Count = (reason: string) => void;

/** Turns the lines of one file into records. */
export interface LineReader {
  /** The records of a line, in order. Throws InvalidRecord for a line to reject, UserError when the file is the wrong one. */
  read(line: string, count: Count): readonly NewRecord[];
  /** True while lines are held back until more are seen: a run that ended here would begin at the start again. */
  holding(): boolean;
  /** What a run that begins in the middle must know. */
  shape(): Shape | undefined;
  /** Nothing more will come. Throws UserError when lines are still held back. */
  finish(): void;
}

/** What is known of a file beside its lines. */
export interface Origin {
  /** As the user named it. */
  readonly file: string;
  readonly topic: string;
  readonly now: () => Millis;
  /** The latest time of a post or price that is believed now. */
  readonly latest: () => Millis;
  readonly warn: (message: string) => void;
}
