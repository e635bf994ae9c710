import type { Millis } from '../core/util/time.ts';
import type { Input } from '../processors/processor.ts';
import type { Work } from './checkpoint.ts';
import { asFailure } from './record-failure.ts';
import type { FinishMode } from './stage.ts';

/** It is time to commit, whatever the commit interval. */
export const isFull = ({ outbox, logic }: Work): boolean => outbox.isFull || logic.isFull === true;

/**
 * Processes the records that were read, until a commit is due or one of them must wait. Throws RecordFailure for a record on
 * which the logic throws.
 */
export function drainInputs(work: Work, latest: Millis, pauseAt: (input: Input) => boolean): number {
  const { inputs, logic, outbox, scores } = work;
  return inputs.drain(
    (input) => {
      try {
        outbox.during(input, () => logic.accept(input, outbox));
      } catch (error) {
        throw asFailure(error, input.from, input.offset, input.offset + 1);
      }
    },
    (input, why) => outbox.reject(input, why),
    {
      latest,
      isFull: () => isFull(work),
      pauseAt: (input) => scores?.isBeyond(input) === true || pauseAt(input),
      comesAfterOthers: (input) => logic.comesAfterOthers?.(input) === true,
    },
  );
}

/** Tells the logic in a one-shot run which inputs still have records, once the run reads to the end of them. */
export function tellInputsLeft(
  { inputs, logic, clock, outbox }: Work,
  mode: FinishMode | 'stop' | undefined,
): void {
  if (logic.inputsLeft === undefined || (mode !== 'clock' && mode !== 'all')) return;
  const { left } = inputs;
  if (left !== undefined) logic.inputsLeft(left, mode, clock.now(), outbox);
}
