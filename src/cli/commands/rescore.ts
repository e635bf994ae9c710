import { toggle } from '../../core/option.ts';
import { counted } from '../../core/text/numbers.ts';
import {
  chosenSentimentModel,
  sentimentCommandOption,
  sentimentFiles,
  sentimentModelOption,
} from '../../market/text/model-choice.ts';
import type { TextScorer } from '../../sinks/sink.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { namedFileComplaints, readNamedFiles } from '../args/read-text.ts';
import { scoredText } from '../output/summary.ts';
import { loggerFor } from '../pipeline/session.ts';
import { scoreCommand } from '../process/score-command.ts';
import { chosenLake, lakeComponents, rescoreWith } from '../query/lake.ts';

function builtInScorer(choice: string): TextScorer {
  const { name, score } = chosenSentimentModel(choice, readNamedFiles(sentimentFiles(choice)));
  return { name, scores: async (texts) => texts.map(score) };
}

export const command = defineCommand({
  options: {
    sentimentModel: sentimentModelOption,
    sentimentCommand: sentimentCommandOption,
    dryRun: toggle('--dry-run', 'Show how many rows would change; change nothing.'),
    ...queryOptions,
  },
  everyday: ['--dir', '--url', '--sentiment-model', '--sentiment-command', '--dry-run'],
  components: lakeComponents,
  oneSink: 'word',
  chosen: chosenLake,
  check: ({ isOnCommandLine }) =>
    isOnCommandLine('--sentiment-model') && isOnCommandLine('--sentiment-command')
      ? [
          {
            about: '--sentiment-command',
            text: '--sentiment-model has no effect with --sentiment-command; omit one',
          },
        ]
      : [],
  inspect: async ({ settings }) => namedFileComplaints(sentimentFiles(settings.sentimentModel)),
  examples: [
    'cryptopipe rescore --dir lake --dry-run',
    'cryptopipe rescore --dir lake --sentiment-model vader+crypto/1',
    "cryptopipe rescore --dir lake --sentiment-command 'python score.py'",
  ],
  async run(call, io) {
    const { sentimentModel: choice, sentimentCommand, dryRun } = call.settings;
    const logger = loggerFor(call.settings, io);
    const own =
      sentimentCommand === undefined
        ? undefined
        : scoreCommand(sentimentCommand, { ...logger, clock: io.clock });
    const model = own ?? builtInScorer(choice);
    try {
      const { rows = 0, files = 0 } = await rescoreWith(call, model, { dryRun }, io, logger);
      const what = `${counted(rows, 'row')} in ${counted(files, 'file')}`;
      io.out(`${dryRun ? 'would write' : 'wrote'} scores of ${model.name} to ${what}\n`);
      if (own === undefined) return;
      io.out(`${scoredText(own.counts())}\n`);
    } finally {
      own?.close();
    }
  },
});
