import type { Millis } from '../../core/util/time.ts';
import type { TopicSettings } from '../../log/log.ts';

/** A topic that the pipeline uses. */
export interface TopicDependency {
  readonly name: string;
  /** Settings it is created with if it does not exist. */
  readonly defaults: TopicSettings;
  /** How long a record must be kept, and for whom; undefined if the pipeline does not read the topic. */
  readonly keep?: { readonly ms: Millis; readonly why: string } | undefined;
}

/** A processor and its input topics. */
export interface ProcessorDependency {
  /** `candles`; its group is `<app>.candles`. */
  readonly name: string;
  readonly inputs: readonly string[];
}

/** Everything that a pipeline needs from a cluster. */
export interface PipelineDependencies {
  /** Prefix of group names, transactional ids and state topics. */
  readonly app: string;
  readonly topics: readonly TopicDependency[];
  readonly processors: readonly ProcessorDependency[];
}
