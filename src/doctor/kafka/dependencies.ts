import type { Millis } from '../../core/util/time.ts';
import type { TopicSettings } from '../../log/log.ts';

/** A topic as the pipeline wants it. */
export interface TopicNeed {
  readonly name: string;
  /** What it is made with when it is not there. */
  readonly made: TopicSettings;
  /** How long a record must stay for its readers, and what of; undefined: the pipeline does not read it again. */
  readonly keep?: { readonly ms: Millis; readonly why: string } | undefined;
}

/** A processor, as far as its topics go. */
export interface ProcessorNeed {
  /** `candles`; its group is `<app>.candles`. */
  readonly name: string;
  readonly inputs: readonly string[];
}

/** All that a pipeline wants of a cluster. */
export interface Needs {
  /** Names groups, transactional ids, state and places. */
  readonly app: string;
  readonly topics: readonly TopicNeed[];
  readonly processors: readonly ProcessorNeed[];
}
