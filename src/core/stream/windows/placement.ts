import type { Millis } from '../../util/time.ts';
import type { Windows } from '../../util/window-length.ts';
import type { TimeRules } from '../watermark.ts';
import type { Window } from './window.ts';
import type { Numbers, WindowPacker } from './window-packer.ts';

/** What the windows of all keys have in common. */
export interface WindowRules<A extends Numbers<A>> {
  /** The shortest first. */
  readonly kinds: readonly Windows[];
  readonly start: () => A;
  readonly packer: WindowPacker<A>;
  readonly time: TimeRules;
  readonly retainMs: Millis;
  /** Called for each due window, oldest first. */
  readonly due: (key: string, window: Window<A>) => void;
  /** Names of stored windows that are no longer kept. */
  readonly deleted: string[];
}

/** The windows that a record belongs to. Valid until the next record is placed. */
export interface Placement<A> {
  readonly open: Window<A>[];
  /** Closed windows that are still kept. */
  readonly closed: Window<A>[];
  /** Windows that are closed and no longer kept, by their kind. */
  readonly missed: Windows[];
  /** Kinds of windows that are too short for the record's span, or whose edge it crosses. */
  readonly unfit: Windows[];
  /** The start of the shortest window that the record fits. */
  start: Millis;
  /** The record belongs to history: its shortest window is open, and behind the watermark. */
  isPast: boolean;
  /** A window was opened for it. */
  isNew: boolean;
}
