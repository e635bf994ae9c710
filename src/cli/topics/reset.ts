import { type Option, toggle } from '../../core/option.ts';
import { withExistingBus } from '../bus.ts';
import { type Complaint, defineCommand } from '../command.ts';
import { requireConsent } from '../consent.ts';
import { titlePaint } from '../paint.ts';
import { lookOpener } from '../session.ts';
import { group, looking } from '../shared.ts';
import { table } from '../table.ts';
import { offsetOf, type Place, parseFrom } from './from.ts';
import { detailsOf, topicOperand } from './name.ts';

function parsePlace(text: string): Place {
  const place = parseFrom(text);
  if (place.at === 'last')
    throw new RangeError(
      `'${text}' counts back from the end of each partition; write start, end, an offset or a time`,
    );
  return place;
}

const from: Option<Place | undefined> = {
  flag: '--from',
  placeholder: '<place>',
  help: 'start, end, an offset, or a time of append (ISO 8601). State is not moved, and a lake keeps its own place.',
  fallback: undefined,
  fallbackText: '',
  env: [],
  repeatable: false,
  parse: parsePlace,
};

const right = (title: string) => ({ title, right: true });
const MOVES = [right('PARTITION'), right('FROM'), right('TO')];

export const command = defineCommand({
  operands: topicOperand,
  options: {
    group: { ...group, help: 'Whose place: APP.PROCESSOR or APP.SINK, as topics describe shows it.' },
    from,
    yes: toggle('--yes', 'Do not ask.'),
    ...looking,
  },
  components: [],
  check: ({ settings }) => {
    const complaints: Complaint[] = [];
    if (settings.group === undefined)
      complaints.push({ about: '--group', text: '--group is missing: write --group NAME' });
    if (settings.from === undefined)
      complaints.push({
        about: '--from',
        text: '--from is missing: write --from start, end, an offset or a time',
      });
    return complaints;
  },
  examples: [
    'cryptopipe topics reset prices --group cryptopipe.candles --from start --yes',
    'cryptopipe topics reset prices --group cryptopipe.candles --from 2026-03-02T10:00:00Z --yes',
  ],
  async run({ settings, operands }, io) {
    const name = operands[0]!;
    const { group = '', from = { at: 'start' } } = settings;
    requireConsent('topics reset', 'move the group', settings, io);
    await withExistingBus(settings, io, lookOpener(settings, io), async (log) => {
      const topic = await detailsOf(log, name);
      const before = (await topic.groups()).get(group) ?? [];
      const after = await Promise.all(topic.partitionInfos.map((info) => offsetOf(log, name, info, from)));
      const moves = after.map((offset, at) => [String(at), String(before[at] ?? '-'), String(offset)]);
      io.out(`${table(MOVES, moves, await titlePaint(io)).join('\n')}\n`);
      if (!settings.yes && !(await io.ask(`Move group ${group} in topic ${name} so?`)))
        return io.out(`group ${group} stays\n`);
      await log.resetGroup(group, name, after);
      io.out(`group ${group} moved in topic ${name}\n`);
    });
  },
});
