import { span } from '../../core/span-options.ts';
import { MINUTE, SECOND } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import { defineCommand } from '../args/command.ts';
import { once, queryOptions } from '../args/common-options.ts';
import { jsonOption } from '../output/checks.ts';
import { titlePaint } from '../output/colors.ts';
import { withExistingBus } from '../pipeline/bus.ts';
import { queryOpener } from '../pipeline/session.ts';
import type { Io } from '../process/io.ts';
import { quitKey } from '../process/quit-key.ts';
import { type BusSample, busScreen, stageActivity, topicActivity } from '../watch/bus-screen.ts';

const ALTERNATE_SCREEN = '\u001b[?1049h\u001b[?25l';
const NORMAL_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

async function sampleBus(log: Log, { clock }: Pick<Io, 'clock'>): Promise<BusSample> {
  const names = (await log.topics()).map(({ name }) => name).sort();
  const details = await Promise.all(names.map((name) => log.describe(name)));
  const topics = await Promise.all(
    details
      .filter((topic) => topic !== undefined)
      .map(async (topic) => ({ topic, groups: await topic.groups() })),
  );
  return { at: clock.monotonic(), topics };
}

export const command = defineCommand({
  options: {
    every: span('--every', 'Time between two looks.', 2 * SECOND, { min: SECOND, max: MINUTE }),
    once: { ...once, help: 'Print the state once and exit, as it does when the output is not a terminal.' },
    json: { ...jsonOption, help: 'Print the state once, as a JSON object.' },
    ...queryOptions,
  },
  components: [],
  examples: ['cryptopipe top', 'cryptopipe top --json | jq .stages'],
  async run({ settings }, io) {
    await withExistingBus(settings, io, queryOpener(settings, io), async (log) => {
      const paint = await titlePaint(io);
      let before: BusSample | undefined;
      const collect = async () => {
        const sample = await sampleBus(log, io);
        const rows = {
          stages: stageActivity(sample, before),
          topics: topicActivity(sample, before, io.clock.now()),
        };
        before = sample;
        return rows;
      };
      if (settings.json) return io.out(`${JSON.stringify(await collect())}\n`);
      const screen = async (): Promise<string> => {
        const { stages, topics } = await collect();
        return busScreen(stages, topics, paint);
      };
      if (settings.once || !io.outIsTerminal) return io.out(`${await screen()}\n`);
      const key = quitKey(io);
      io.out(ALTERNATE_SCREEN, true);
      try {
        while (!key.pressed.aborted && !io.stop().aborted) {
          const text = await screen();
          io.out(`${HOME_AND_CLEAR}cryptopipe top  ${log.url}  q leaves\n\n${text}\n`, true);
          await io.clock.sleep(settings.every, key.pressed, io.stop());
        }
      } finally {
        io.out(NORMAL_SCREEN, true);
        key.close();
      }
    });
  },
});
