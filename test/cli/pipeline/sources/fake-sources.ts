import { UserError } from '../../../../src/core/errors.ts';
import { optionalText } from '../../../../src/core/option.ts';
import { defineSource, type Kind, type Live } from '../../../../src/sources/source.ts';

const source = (name: string, kind: Kind, live: Partial<Live> | undefined) =>
  defineSource({
    name,
    summary: `Reads ${name}.`,
    feeds: { [kind]: [kind === 'tweets' ? 'tweets' : 'prices-wallex'] },
    fills: () => (kind === 'prices' ? ['coin', 'coin_name'] : []),
    ...(live && {
      live: {
        secrets: [],
        endless: false,
        async *check() {
          yield { severity: 'ok' as const, what: `source ${name}`, detail: 'answers' };
        },
        ...live,
      },
    }),
    options: { [name]: optionalText(`--${name}-url`, '<url>', `Where ${name} is.`) },
    examples: [],
    async *read({ topic, ...settings }, { signal, sleep, print }) {
      print(`${name} ${topic}`);
      if (settings[name] === 'shut')
        throw new UserError('failed', `${name} has shut its doors`, 'Knock again tomorrow.');
      if (live?.endless) while (!signal.aborted) await sleep(1000);
      yield {
        records: [
          { topic: topic ?? `prices-${name}`, partitionKey: name, key: name, value: '{}', headers: {} },
        ],
      };
    },
  });

const all = {
  stream: source('stream', 'tweets', {
    secrets: [['STREAM_TOKEN'], ['STREAM_KEY', 'STREAM_SECRET']],
    endless: true,
  }),
  paid: source('paid', 'prices', { secrets: [['PAID_KEY']] }),
  free: source('free', 'prices', {}),
  slow: source('slow', 'prices', { onlyFor: 'rates' }),
  shelf: source('shelf', 'prices', undefined),
};

/** Stands in for sources/index.ts. */
export const module = { sources: all };
