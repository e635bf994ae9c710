import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { listNames } from '../failed-check.ts';
import { type HintCommands, quoteForShell } from '../hints.ts';
import type { GroupOffset, ObservedGroup } from '../observed.ts';

const unread = ({ position, start, end }: GroupOffset): number =>
  Math.max(0, end - Math.max(position, start));
const topicsOf = (offsets: readonly GroupOffset[]): string[] => [
  ...new Set(offsets.map(({ topic }) => topic)),
];

function checkGroup({ name, members, offsets }: ObservedGroup, { topics, eachTopic }: HintCommands): Check[] {
  const what = `group ${name}`;
  const checks: Check[] = [];
  // A committed offset beyond the end: the records it counted no longer exist.
  const beyond = topicsOf(offsets.filter(({ position, end }) => position > end));
  if (beyond.length > 0)
    checks.push(
      fail(
        what,
        `its offset is beyond the end of ${listNames(beyond)}: the topic was recreated, or lost records`,
        eachTopic(beyond, (topic) => `reset ${topic} --group ${quoteForShell(name)} --from start --yes`),
      ),
    );
  const lost = offsets.filter(({ position, start }) => position < start);
  if (lost.length > 0) {
    const records = lost.reduce((sum, { position, start }) => sum + start - position, 0);
    checks.push(
      warn(
        what,
        `${counted(records, 'offset')} of ${listNames(topicsOf(lost))} expired before they were read`,
        topics(`create ${quoteForShell(lost[0]!.topic)} --retention 7d --update`),
      ),
    );
  }
  if (checks.length > 0) return checks;
  const membersText =
    members.length === 0
      ? 'no members now'
      : `${counted(members.length, 'member')} (${listNames(members, 2)})`;
  const lag = offsets.reduce((sum, offset) => sum + unread(offset), 0);
  const progress =
    offsets.length === 0
      ? 'nothing read yet'
      : `${counted(lag, 'unread offset')} in ${listNames(topicsOf(offsets))}`;
  return [ok(what, `${membersText}, ${progress}`)];
}

export function checkGroups(groups: readonly ObservedGroup[], app: string, hints: HintCommands): Check[] {
  if (groups.length === 0) return [ok('groups', `${app} has none yet`)];
  return groups.flatMap((group) => checkGroup(group, hints));
}
