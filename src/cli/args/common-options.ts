import { choice, type Option, optionalText, span, text, toggle } from '../../core/option.ts';
import { KAFKA_KEYS } from '../../log/kafka/settings/options.ts';
import { mode } from '../process/mode.ts';
import { type Bus, parseBus } from './bus-url.ts';
import type { Call, Complaint } from './command.ts';
import { keyValues } from './key-values.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

function parseName(value: string): string {
  if (!/^[a-zA-Z0-9._-]{1,100}$/.test(value))
    throw new RangeError(`'${value}' is no name; write up to 100 of a-z, A-Z, 0-9, '.', '_' and '-'`);
  return value;
}

export const bus: Option<Bus> = {
  ...text(
    '--bus',
    '<url>',
    'Where the topics are: local:DIR, a folder, or kafka://HOST:PORT,HOST:PORT[?key=value&...].',
    'local:.cryptopipe',
  ),
  fallback: parseBus('local:.cryptopipe'),
  parse: parseBus,
};

const kafkaOption = keyValues(
  '--kafka-option',
  `Setting of Kafka; counts before one in the URL, that before CRYPTOPIPE_KAFKA_<KEY>. Keys: ${KAFKA_KEYS.join(', ')}. Passwords come from CRYPTOPIPE_KAFKA_PASSWORD or a file.`,
);

export const app: Option<string> = {
  ...text('--app', '<name>', 'Names positions and state; another name starts afresh.', 'cryptopipe'),
  parse: parseName,
};

export const group: Option<string | undefined> = {
  ...optionalText(
    '--group',
    '<name>',
    'Read as another group, with positions of its own (default: APP.SINK).',
  ),
  parse: parseName,
};

export const share = toggle('--share', 'Under --once: join a group that others are in, instead of exit 3.');
/** `--share` changes what a one-shot run does, and nothing else. */
export const shareComplaints = ({ typed, settings }: ShareCall, oneShot: boolean): Complaint[] =>
  typed('--share') && settings.share && !oneShot
    ? [{ about: '--share', text: '--share: has an effect under --once alone; without it a group is shared' }]
    : [];
type ShareCall = Pick<Call<{ share: typeof share }>, 'typed' | 'settings'>;

export const once = toggle('--once', 'Read to the present end, write what that gives, and exit.');
export const close = toggle(
  '--close',
  'Close every window at the end, as for a finished history; implies --once.',
);
export const maxWait = span(
  '--max-wait',
  'Under --once: fail after this long without progress.',
  5 * MINUTE,
  {
    min: SECOND,
    max: 24 * 60 * MINUTE,
  },
);
export const drain = span('--drain', 'Time to commit what is done after SIGTERM or SIGINT.', 10 * SECOND, {
  min: 0,
  max: 60 * MINUTE,
});
export const maxAhead = span(
  '--max-ahead',
  'How far ahead of the clock a time may be; posts and prices with later ones go to rejects.',
  DAY,
  { min: 0, max: 36_500 * DAY },
);
export const commitEvery = span('--commit-every', 'Time between commits.', 200, { min: 10, max: MINUTE });

/** Every command has these. */
export const common = {
  bus,
  kafkaOption,
  envFrom: optionalText(
    '--env-from',
    '<file>',
    'Environment variables, NAME=value a line; what is set already counts first.',
  ),
  envFile: optionalText(
    '--env-file',
    '<file>',
    'The same; but Node takes this word for its own, and ends with exit 9 when there is no such file.',
  ),
  config: optionalText('--config', '<file>', 'JSON object with flag names as keys: {"window": "10m"}.'),
  mode,
  log: choice('--log', ['text', 'json'], 'Log lines on stderr.', 'text'),
  quiet: toggle('--quiet', 'Warnings only, no status line.'),
};

/** Those that ask something of a bus, or arrange it, have these, too. */
export const looking = {
  app: { ...app, help: 'The pipeline that this is for; names what it keeps on Kafka.' },
  ...common,
};

/** Those that run stages have these, too. */
export const staged = { ...common, once, maxWait, drain };

/** Flags that most commands share. Help shows them last, and only when asked for all. */
export const SHARED_FLAGS: ReadonlySet<string> = new Set(
  Object.values({ app, commitEvery, drain, ...common }).map(({ flag }) => flag),
);
