import { UserError } from '../../../core/errors.ts';
import { topicName } from '../../../core/text/topic-name.ts';
import type { Log, TopicDetails } from '../../../log/log.ts';
import type { Operands } from '../../args/command.ts';
import { didYouMean } from '../../args/suggest.ts';

/** The operand of most topics commands. */
export const topicOperand: Operands = {
  usage: '<topic>',
  noun: 'topic',
  least: 1,
  most: 1,
  parse: topicName,
};

/** The error for a missing topic. */
export async function noSuchTopic(log: Log, name: string): Promise<UserError> {
  const known = (await log.topics()).map((topic) => topic.name);
  const hint = didYouMean(name, known);
  return new UserError(
    'usage',
    `no topic '${name}' on ${log.url}${hint}`,
    `See 'cryptopipe topics list --bus ${log.url}'.`,
  );
}

/** Throws UserError `usage` if the topic does not exist. */
export async function describeTopic(log: Log, name: string): Promise<TopicDetails> {
  const details = await log.describe(name);
  if (details === undefined) throw await noSuchTopic(log, name);
  return details;
}
