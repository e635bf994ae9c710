import type { NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';

/** Adds one to a count of the run's summary. */
export type CountDrop = (reason: string) => void;

/** A row that is left out, because it was read before its bar was over. */
export interface LeftOut {
  /** Its id among the unfinished bars of the file. */
  readonly id: number;
  /** Whether its bar is over now. */
  readonly isOver: boolean;
}

/** What a row was: `data` gave records, or may have; `none` was no data (blank, a header). */
export type RowOutcome = 'data' | 'none' | LeftOut;

/** Turns the rows of one file into records. */
export interface TextReader {
  /** Adds the records of a row to `into`. Throws InvalidRecord for a row to reject. */
  read(text: string, into: NewRecord[], count: CountDrop): RowOutcome;
}

/** What is known of a file beside its rows. */
export interface Origin {
  /** As the user named it. */
  readonly file: string;
  readonly topic: string;
  readonly now: () => Millis;
  /** The latest time of a post or price that is believed now. */
  readonly latest: () => Millis;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}
