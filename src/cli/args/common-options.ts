import { choice, type Option, optionalText, text, toggle } from '../../core/option.ts';
import { span } from '../../core/span-options.ts';
import { DAY, MINUTE, SECOND } from '../../core/util/time.ts';
import { KAFKA_KEYS } from '../../log/kafka/settings/options.ts';
import { mode } from '../process/mode.ts';
import { type Bus, parseBus } from './bus-url.ts';
import type { Call, Complaint } from './command.ts';
import { keyValues } from './key-values.ts';
import { listenOption } from './listen-address.ts';

function parseName(value: string): string {
  if (!/^[a-zA-Z0-9._-]{1,100}$/.test(value))
    throw new RangeError(
      `'${value}' is not a valid name; use up to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-'`,
    );
  return value;
}

export const bus: Option<Bus> = {
  ...text(
    '--bus',
    '<url>',
    'Where topics are stored: local:DIR (a folder) or kafka://HOST:PORT,HOST:PORT[?key=value&...].',
    'local:.cryptopipe',
  ),
  fallback: parseBus('local:.cryptopipe'),
  parse: parseBus,
};

const kafkaOption = keyValues(
  '--kafka-option',
  `Kafka setting; overrides the URL, which overrides CRYPTOPIPE_KAFKA_<KEY>. Keys: ${KAFKA_KEYS.join(', ')}. Pass passwords in CRYPTOPIPE_KAFKA_PASSWORD or a file.`,
);

export const app: Option<string> = {
  ...text('--app', '<name>', 'Name for offsets and state; a new name starts from scratch.', 'cryptopipe'),
  parse: parseName,
};

export const group: Option<string | undefined> = {
  ...optionalText(
    '--group',
    '<name>',
    'Consumer group to read as; each group has its own offsets (default: APP.SINK).',
  ),
  parse: parseName,
};

export const sharedGroup = toggle(
  '--share',
  'With --once: join a group that is in use instead of exiting with code 3.',
);
/** `--share` only affects one-shot runs. */
export const sharedGroupComplaints = (
  { isOnCommandLine, settings }: SharedGroupCall,
  oneShot: boolean,
): Complaint[] =>
  isOnCommandLine('--share') && settings.share && !oneShot
    ? [
        {
          about: '--share',
          text: '--share only has an effect with --once; continuous runs always share the group',
        },
      ]
    : [];
type SharedGroupCall = Pick<Call<{ share: typeof sharedGroup }>, 'isOnCommandLine' | 'settings'>;

export const once = toggle('--once', 'Process everything available now, then exit.');
export const close = toggle(
  '--close',
  'Close all windows at the end, for a complete history; implies --once.',
);
export const maxWait = span('--max-wait', 'With --once: fail after this long without progress.', 5 * MINUTE, {
  min: SECOND,
  max: DAY,
});
export const drain = span(
  '--drain',
  'Time allowed for the last commit after SIGTERM or SIGINT.',
  10 * SECOND,
  {
    min: 0,
    max: 60 * MINUTE,
  },
);
export const maxAhead = span(
  '--max-ahead',
  'How far ahead of the clock a timestamp may be; later posts and prices go to rejects.',
  DAY,
  { min: 0, max: 36_500 * DAY },
);
export const commitEvery = span('--commit-every', 'Time between commits.', 200, { min: 10, max: MINUTE });

/** Options of every command. */
export const commonOptions = {
  bus,
  kafkaOption,
  envFrom: optionalText(
    '--env-from',
    '<file>',
    'File of environment variables, one NAME=value per line; variables already set win.',
  ),
  envFile: optionalText(
    '--env-file',
    '<file>',
    'Same as --env-from; but Node itself also reads this flag, and exits with code 9 if the file is missing.',
  ),
  config: optionalText('--config', '<file>', 'JSON config file with flag names as keys: {"window": "10m"}.'),
  mode,
  log: choice('--log', ['text', 'json'], 'Format of log lines on stderr.', 'text'),
  quiet: toggle('--quiet', 'Print warnings only, and no status line.'),
};

/** Options of commands that inspect or administer a bus. */
export const queryOptions = {
  app: { ...app, help: 'Name of the pipeline; names its groups and transactions on Kafka.' },
  ...commonOptions,
};

/** Options of commands that run stages. */
export const stageOptions = {
  ...commonOptions,
  once,
  maxWait,
  drain,
  metrics: listenOption(
    '--metrics',
    'Serve /metrics for Prometheus, /healthz and /readyz at this address, such as 127.0.0.1:9464.',
  ),
};

/** Flags that most commands share. Only `--help all` shows them, last. */
export const SHARED_FLAGS: ReadonlySet<string> = new Set(
  Object.values({ app, commitEvery, drain, ...commonOptions }).map(({ flag }) => flag),
);
