import { lines, optionalPath, path, text, toggle } from '../../../core/option.ts';
import { topicName } from '../../../core/text/topic-name.ts';
import type { Log } from '../../../log/log.ts';
import { trainRelevance, withPicks } from '../../../market/relevance/model.ts';
import { defineCommand } from '../../args/command.ts';
import { queryOptions } from '../../args/common-options.ts';
import { withExistingBus } from '../../pipeline/bus.ts';
import { queryOpener } from '../../pipeline/session.ts';
import { learnSentiment } from './learn-sentiment.ts';
import { learnedJson, learnedText } from './learned-text.ts';
import { changeModel } from './model-file.ts';
import { namesPosts, picksOf } from './read-picks.ts';

const options = {
  like: lines('--like', '<file|id>', 'A post that you like, by id, or a file of such posts. Repeatable.'),
  dislike: lines('--dislike', '<file|id>', 'A post that you do not like, or a file of such posts.'),
  sentiment: optionalPath(
    '--sentiment',
    '<file>',
    'Texts with labels to train a model of the sentiment on, as JSON lines of text and label; write it with --model FILE.',
  ),
  model: path('--model', '<file>', 'The model: created, or taught more by these picks.', 'model.json'),
  topic: {
    ...text('--topic', '<topic>', 'Topic that holds the posts named by id.', 'tweets-processed'),
    parse: topicName,
  },
  json: toggle('--json', 'Print one JSON object instead of words.'),
  ...queryOptions,
};

export const command = defineCommand({
  options,
  everyday: ['--like', '--dislike', '--sentiment', '--model', '--json'],
  components: [],
  check: ({ settings: { like, dislike, sentiment } }) => {
    const picks = like.length + dislike.length;
    if (sentiment === undefined && picks === 0)
      return [{ about: '--like', text: 'missing --like, --dislike or --sentiment: name what to learn from' }];
    return sentiment === undefined || picks === 0
      ? []
      : [{ about: '--sentiment', text: '--sentiment makes another kind of model than --like and --dislike' }];
  },
  examples: [
    'cryptopipe learn --like 1790000000000000001 --dislike 1790000000000000002',
    'cryptopipe learn --sentiment labels.jsonl --model sentiment.json',
    'cryptopipe learn --like liked.jsonl --dislike disliked.jsonl --model eth.json',
  ],
  async run({ settings }, io) {
    const { model: file, topic, sentiment, json } = settings;
    if (sentiment !== undefined) return io.out(learnSentiment(sentiment, file, { json, self: io.self }));
    const read = (log?: Log) => picksOf(settings, topic, log);
    const picks = namesPosts(settings)
      ? await withExistingBus(settings, io, queryOpener(settings, io), read)
      : await read();
    const learned = changeModel(file, (old) => trainRelevance(withPicks(old, picks)));
    io.out(json ? learnedJson(learned, file) : learnedText(learned, { file, self: io.self }));
  },
});
