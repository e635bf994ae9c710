import { toggle } from '../../../core/option.ts';
import { counted } from '../../../core/text/numbers.ts';
import { defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { queryOpener } from '../../pipeline/session.ts';
import { confirm } from '../../process/confirm.ts';
import { describeTopic, noSuchTopic, topicOperand } from './name.ts';

export const command = defineCommand({
  operands: topicOperand,
  options: { yes: toggle('--yes', 'Skip the confirmation.'), ...queryOptions },
  components: [],
  examples: ['cryptopipe topics delete my-candles --yes'],
  async run({ settings, operands }, io) {
    const name = operands[0]!;
    confirm('topics delete', 'delete the topic and all its records', settings, io);
    await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const { partitionInfos } = await describeTopic(log, name);
      const records = partitionInfos.reduce((sum, info) => sum + info.records, 0);
      if (!settings.yes && !(await io.ask(`Delete topic ${name} and its ${counted(records, 'record')}?`)))
        return io.out(`topic ${name} was not deleted\n`);
      if (!(await log.deleteTopic(name))) throw await noSuchTopic(log, name);
      io.out(`deleted topic ${name}\n`);
    });
  },
});
