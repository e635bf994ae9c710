import { type Check, fail, ok } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { stateTopic } from '../../../log/kafka/group/offset-store.ts';
import type { PipelineDependencies, ProcessorDependency } from '../dependencies.ts';
import { type HintCommands, quoteForShell } from '../hints.ts';
import type { ObservedTopic } from '../observed.ts';

type Topics = ReadonlyMap<string, ObservedTopic>;

interface InputTopic {
  readonly name: string;
  readonly partitions: number;
  readonly exists: boolean;
}

/** Task N owns partition N of every input and of the state, so the partition counts must be equal. */
export function checkCopartitioning(
  dependencies: PipelineDependencies,
  seen: Topics,
  hints: HintCommands,
): Check[] {
  return dependencies.processors.map((processor) => checkProcessor(processor, dependencies, seen, hints));
}

function checkProcessor(
  { name, inputs }: ProcessorDependency,
  { app, topics }: PipelineDependencies,
  seen: Topics,
  hints: HintCommands,
): Check {
  const what = `partitions of ${name}`;
  const defaultCount = (topic: string): number =>
    topics.find((one) => one.name === topic)?.defaults.partitions ?? 1;
  const inputTopics = inputs.map((topic): InputTopic => {
    const found = seen.get(topic);
    return {
      name: topic,
      partitions: found?.partitions.length ?? defaultCount(topic),
      exists: found !== undefined,
    };
  });
  const state = stateTopic(`${app}.${name}`);
  const inState = seen.get(state)?.partitions.length;
  const list = inputTopics
    .map((one) => `${one.name} ${one.partitions}${one.exists ? '' : ' (to be created)'}`)
    .join(', ');
  const expected = inState ?? Math.max(...inputTopics.map(({ partitions }) => partitions));
  const others = inputTopics.filter(({ partitions }) => partitions !== expected);
  if (others.length === 0) return ok(what, `${list}: ${counted(expected, 'task')}`);
  if (inState !== undefined && others.length === inputTopics.length)
    return fail(
      what,
      `${list}, but its state ${state} has ${inState}: keys and their state are in different partitions`,
      `Use another --app, or delete the state: ${hints.topics(`delete ${quoteForShell(state)} --yes`)}`,
    );
  const reason =
    inState === undefined ? 'they are joined partition by partition' : `its state ${state} has ${inState}`;
  return fail(
    what,
    `${list}: unequal, but ${reason}`,
    others.map((one) => recreate(one, expected, hints)).join(' && '),
  );
}

/** Adding partitions would move keys away from their earlier records. */
function recreate({ name, exists }: InputTopic, partitions: number, { topics }: HintCommands): string {
  const make = topics(`create ${quoteForShell(name)} --partitions ${partitions}`);
  return exists ? `${topics(`delete ${quoteForShell(name)} --yes`)} && ${make}` : make;
}
