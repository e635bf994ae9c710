import { counted } from '../../core/numbers.ts';
import { toggle } from '../../core/option.ts';
import { withExistingBus } from '../bus.ts';
import { defineCommand } from '../command.ts';
import { requireConsent } from '../consent.ts';
import { lookOpener } from '../session.ts';
import { looking } from '../shared.ts';
import { detailsOf, noSuchTopic, topicOperand } from './name.ts';

export const command = defineCommand({
  operands: topicOperand,
  options: { yes: toggle('--yes', 'Do not ask.'), ...looking },
  components: [],
  examples: ['cryptopipe topics delete my-candles --yes'],
  async run({ settings, operands }, io) {
    const name = operands[0]!;
    requireConsent('topics delete', 'delete the topic with all its records', settings, io);
    await withExistingBus(settings, io, lookOpener(settings, io), async (log) => {
      const { partitionInfos } = await detailsOf(log, name);
      const records = partitionInfos.reduce((sum, info) => sum + info.records, 0);
      if (!settings.yes && !(await io.ask(`Delete topic ${name} with ${counted(records, 'record')}?`)))
        return io.out(`topic ${name} stays\n`);
      if (!(await log.deleteTopic(name))) throw await noSuchTopic(log, name);
      io.out(`topic ${name} deleted\n`);
    });
  },
});
