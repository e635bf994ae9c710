import { unlessAborted } from '../../core/util/aborted.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Task } from '../../log/log.ts';
import type { Input, Logic } from '../../processors/processor.ts';
import type { TextScorer } from '../../sinks/sink.ts';
import type { ScorerCounts, StageStats } from '../stage.ts';
import type { MergedInput } from './merged-input.ts';

/** A program of the user's that scores the texts of a stage's tasks, one batch at a time. */
export interface StageScorer extends TextScorer {
  counts(): ScorerCounts;
  /** Ends the program; what was asked of it, and is asked later, is rejected. */
  close(): void;
}

/** Texts of one input that are scored before its records are processed: a batch of the program's. */
const AHEAD = 256;

/** The parts of a task that scoring needs. */
interface TaskParts {
  readonly task: Task;
  readonly inputs: MergedInput;
  readonly logic: Logic;
  readonly stats: StageStats;
}

/** The scores of one task's next records, so that its logic finds them without waiting. */
export class ScoresAhead {
  #scores: ReadonlyMap<string, number> = new Map();
  #ready = new Set<Input>();

  constructor(readonly scorer: StageScorer) {}

  /** For the logic. */
  get sentiment() {
    return {
      name: this.scorer.name,
      score: (text: string): number => {
        const score = this.#scores.get(text);
        if (score === undefined) throw new Error('a text was not scored before its record');
        return score;
      },
    };
  }

  /** Has the next records of each input scored, whose event times are at most `latest`. False if the task ends instead. */
  async fill(parts: TaskParts, latest: Millis, isStopped: () => boolean): Promise<boolean> {
    const texts = this.#textsAhead(parts, latest);
    const missing = [...texts].filter((text) => !this.#scores.has(text));
    try {
      const scores =
        missing.length === 0 ? [] : await unlessAborted(parts.task.revoked, this.scorer.scores(missing));
      if (scores === undefined) return false;
      const found = new Map(missing.map((text, at) => [text, scores[at]!]));
      this.#scores = new Map([...texts].map((text) => [text, found.get(text) ?? this.#scores.get(text)!]));
      return true;
    } catch (error) {
      // The stage has closed the scorer.
      if (isStopped()) return false;
      throw error;
    } finally {
      parts.stats.scored = this.scorer.counts();
    }
  }

  /** The texts whose scores the next records need. */
  #textsAhead({ inputs, logic }: TaskParts, latest: Millis): Set<string> {
    const texts = new Set<string>();
    this.#ready = new Set();
    for (const queue of inputs.ahead(latest)) {
      let count = 0;
      for (const input of queue) {
        this.#ready.add(input);
        const text = logic.textToScore?.(input);
        if (text === undefined) continue;
        texts.add(text);
        if (++count === AHEAD) break;
      }
    }
    return texts;
  }

  /** Whether a record is beyond those of the last `fill`. */
  isBeyond(input: Input): boolean {
    return !this.#ready.has(input);
  }
}
