import { type Check, fail, ok, warn } from '../../../core/check.ts';
import { counted } from '../../../core/text/numbers.ts';
import { names } from '../finding.ts';
import { quote, type Remedies } from '../hints.ts';
import type { SeenGroup, SeenPlace } from '../observed.ts';

const unread = ({ position, start, end }: SeenPlace): number => Math.max(0, end - Math.max(position, start));
const topicsOf = (places: readonly SeenPlace[]): string[] => [...new Set(places.map(({ topic }) => topic))];

function judgeGroup({ name, members, places }: SeenGroup, { topics, eachTopic }: Remedies): Check[] {
  const what = `group ${name}`;
  const findings: Check[] = [];
  // A place behind the end of everything: what was there is gone.
  const beyond = topicsOf(places.filter(({ position, end }) => position > end));
  if (beyond.length > 0)
    findings.push(
      fail(
        what,
        `stands behind the end of ${names(beyond)}: the topic was made anew, or lost records`,
        eachTopic(beyond, (topic) => `reset ${topic} --group ${quote(name)} --from start --yes`),
      ),
    );
  const lost = places.filter(({ position, start }) => position < start);
  if (lost.length > 0) {
    const records = lost.reduce((sum, { position, start }) => sum + start - position, 0);
    findings.push(
      warn(
        what,
        `${counted(records, 'offset')} of ${names(topicsOf(lost))} went by retention before they were read`,
        topics(`create ${quote(lost[0]!.topic)} --retention 7d --update`),
      ),
    );
  }
  if (findings.length > 0) return findings;
  const who =
    members.length === 0 ? 'nobody in it now' : `${counted(members.length, 'member')} (${names(members, 2)})`;
  const lag = places.reduce((sum, place) => sum + unread(place), 0);
  const left =
    places.length === 0
      ? 'nothing read yet'
      : `${counted(lag, 'offset')} unread of ${names(topicsOf(places))}`;
  return [ok(what, `${who}, ${left}`)];
}

export function judgeGroups(groups: readonly SeenGroup[], app: string, remedies: Remedies): Check[] {
  if (groups.length === 0) return [ok('groups', `none yet of ${app}`)];
  return groups.flatMap((group) => judgeGroup(group, remedies));
}
