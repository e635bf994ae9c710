import { type Check, fail, ok } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { stateTopic } from '../../../log/kafka/group/offset-store.ts';
import type { Needs, ProcessorNeed } from '../dependencies.ts';
import { quote, type Remedies } from '../hints.ts';
import type { SeenTopic } from '../observed.ts';

type Topics = ReadonlyMap<string, SeenTopic>;

interface InputTopic {
  readonly name: string;
  readonly partitions: number;
  readonly there: boolean;
}

/** Task N owns partition N of every input and of the state: the counts have to be equal. */
export function judgePartitions(needs: Needs, seen: Topics, remedies: Remedies): Check[] {
  return needs.processors.map((processor) => judgeOne(processor, needs, seen, remedies));
}

function judgeOne(
  { name, inputs }: ProcessorNeed,
  { app, topics }: Needs,
  seen: Topics,
  remedies: Remedies,
): Check {
  const what = `partitions of ${name}`;
  const usual = (topic: string): number => topics.find((one) => one.name === topic)?.made.partitions ?? 1;
  const inputTopics = inputs.map((topic): InputTopic => {
    const there = seen.get(topic);
    return { name: topic, partitions: there?.partitions.length ?? usual(topic), there: there !== undefined };
  });
  const state = stateTopic(`${app}.${name}`);
  const inState = seen.get(state)?.partitions.length;
  const list = inputTopics
    .map((one) => `${one.name} ${one.partitions}${one.there ? '' : ' (to be made)'}`)
    .join(', ');
  const wanted = inState ?? Math.max(...inputTopics.map(({ partitions }) => partitions));
  const others = inputTopics.filter(({ partitions }) => partitions !== wanted);
  if (others.length === 0) return ok(what, `${list}: ${counted(wanted, 'task')}`);
  if (inState !== undefined && others.length === inputTopics.length)
    return fail(
      what,
      `${list}, but its state ${state} has ${inState}: the keys are not where their state is`,
      `Use another --app, or throw the state away: ${remedies.topics(`delete ${quote(state)} --yes`)}`,
    );
  const why = inState === undefined ? 'they are read together' : `its state ${state} has ${inState}`;
  return fail(
    what,
    `${list}: not equal, though ${why}`,
    others.map((one) => makeAnew(one, wanted, remedies)).join(' && '),
  );
}

/** Partitions can be added, but then keys would move away from their records. */
function makeAnew({ name, there }: InputTopic, partitions: number, { topics }: Remedies): string {
  const make = topics(`create ${quote(name)} --partitions ${partitions}`);
  return there ? `${topics(`delete ${quote(name)} --yes`)} && ${make}` : make;
}
