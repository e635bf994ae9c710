import { existsSync } from 'node:fs';
import { list, type Option, optionalPath, type Settings, textByName, toggle } from '../../core/option.ts';
import { topicName } from '../../core/text/topic-name.ts';
import type { Millis } from '../../core/util/time.ts';
import { parseModel } from '../../market/relevance/model-text.ts';
import { PAGE_FEEDS, type PageFeed } from '../../page/model/topics.ts';
import { isLoopback } from '../../page/server/guard.ts';
import type { Complaint } from '../args/command.ts';
import { type ListenAddress, listenOption } from '../args/listen-address.ts';
import { namedFileComplaints } from '../args/read-text.ts';
import type { Io } from '../process/io.ts';
import { secretOf } from '../process/secrets.ts';

const TOKEN = 'CRYPTOPIPE_PAGE_TOKEN';
const LEAST_TOKEN = 16;

const address = listenOption(
  '--listen',
  'Address of the page. One that other machines can reach needs --token. Port 0 takes a free port.',
);
const listen: Option<ListenAddress> = {
  ...address,
  fallback: { host: '127.0.0.1', port: 8088 },
  fallbackText: '127.0.0.1:8088',
  parse: (text) => address.parse(text)!,
};

export const pageOptions = {
  listen,
  token: toggle(
    '--token',
    `Ask visitors for the token in ${TOKEN}, or in the file that ${TOKEN}_FILE names; at least ${LEAST_TOKEN} characters.`,
  ),
  pageHost: list(
    '--page-host',
    '<name>',
    'Host names under which browsers may request the page, besides localhost and IP addresses.',
    [],
    (name) => name.toLowerCase(),
  ),
};

export const showPage = toggle(
  '--page',
  'Serve a page that shows the run: candles, posts, sentiment and the state of the stages. The default on a terminal, for a run without an end.',
);
export const hidePage = toggle('--no-page', 'Serve no page, on a terminal either.');

export type PageOptions = Settings<typeof pageOptions>;

const topics = textByName(
  '--in',
  '<name=topic>',
  `Read this topic instead of the usual one. Names: ${PAGE_FEEDS.join(', ')}.`,
);

/** The model that likes and dislikes train. */
export const relevanceOption = optionalPath(
  '--relevance',
  '<file>',
  "Like and dislike posts on the page: they train this model, as 'cryptopipe learn' does. On this machine only.",
);

/** What is wrong with the model of a page; a file that does not exist yet is created with the first pick. */
export function relevanceComplaints(
  { listen }: Pick<PageOptions, 'listen'>,
  relevance: string | undefined,
): Complaint[] {
  if (relevance === undefined) return [];
  if (!isLoopback(listen.host))
    return [
      {
        about: '--relevance',
        text: `--relevance: likes and dislikes are taken on this machine only, and --listen ${listen.host} is for others; listen on 127.0.0.1`,
      },
    ];
  return existsSync(relevance)
    ? namedFileComplaints([{ flag: '--relevance', path: relevance, check: parseModel }])
    : [];
}

/** The topics that a page reads, by their usual names. */
export const topicOption: Option<Readonly<Record<PageFeed, string>>> = {
  ...topics,
  fallback: Object.fromEntries(PAGE_FEEDS.map((feed) => [feed, feed])) as Record<PageFeed, string>,
  parse: (text) => {
    const renamed = topics.parse(text);
    for (const name of Object.keys(renamed))
      if (!PAGE_FEEDS.includes(name as PageFeed))
        throw new RangeError(`the page reads no topic '${name}'; it reads ${PAGE_FEEDS.join(', ')}`);
    return Object.fromEntries(PAGE_FEEDS.map((feed) => [feed, topicName(renamed[feed] ?? feed)])) as Record<
      PageFeed,
      string
    >;
  },
};

/**
 * Whether a run serves a page: because it was asked to, or because it is on a terminal and does not end by itself. The latter goes to
 * another port if its own is in use.
 */
export function pageMode({ settings }: RunPageCall, io: Pick<Io, 'errIsTerminal'>): PageMode {
  if (settings.page) return 'asked';
  const { sample, once, close, runFor, noPage, quiet } = settings;
  const isLive = !(sample || once || close) && runFor === undefined;
  return isLive && io.errIsTerminal && !noPage && !quiet ? 'usual' : 'none';
}

export type PageMode = 'asked' | 'usual' | 'none';

/** Flags of the page have no effect on a run without one, and a run that ends shows nothing for long. */
export function runPageComplaints({ settings, isOnCommandLine }: RunPageCall): Complaint[] {
  if (settings.page && settings.noPage)
    return [{ about: '--no-page', text: '--no-page excludes --page; use one of them' }];
  if (!settings.page)
    return Object.values(pageOptions)
      .filter(({ flag }) => isOnCommandLine(flag))
      .map(({ flag }) => ({ about: flag, text: `${flag} only has an effect with --page` }));
  const isOneShot = !settings.sample && settings.runFor === undefined && (settings.once || settings.close);
  return isOneShot
    ? [
        {
          about: '--page',
          text: "--page: a run with --once or --close ends by itself; use 'cryptopipe page' after it",
        },
      ]
    : [];
}

interface RunPageCall {
  readonly settings: {
    readonly page: boolean;
    readonly noPage: boolean;
    readonly quiet: boolean;
    readonly sample: boolean;
    readonly once: boolean;
    readonly close: boolean;
    readonly runFor: Millis | undefined;
  };
  readonly isOnCommandLine: (flag: string) => boolean;
}

/** What is wrong with the address and the token. */
export function pageComplaints({ listen, token }: PageOptions, env: Io['env']): Complaint[] {
  if (!token)
    return isLoopback(listen.host)
      ? []
      : [
          {
            about: '--listen',
            text: `--listen ${listen.host}: other machines can reach this address; add --token, with the token in ${TOKEN}, or listen on 127.0.0.1`,
          },
        ];
  try {
    const length = pageToken(env)?.length ?? 0;
    if (length >= LEAST_TOKEN) return [];
    const what = length === 0 ? 'no token' : `a token of ${length} characters`;
    return [
      {
        about: '--token',
        text: `--token: there is ${what}; set ${TOKEN} or ${TOKEN}_FILE to at least ${LEAST_TOKEN} characters, such as those of 'openssl rand -hex 16'`,
      },
    ];
  } catch (error) {
    return [{ about: '--token', text: `--token: ${(error as Error).message}` }];
  }
}

export const pageToken = (env: Io['env']): string | undefined => secretOf(TOKEN, env);
