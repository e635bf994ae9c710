import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGES } from './pages.ts';

/** Terms of our own that the field has another word for. They occur nowhere, neither in code nor in text. */
const NOWHERE: Readonly<Record<string, string>> = {
  keptSeries: 'TimeBuffer',
  patiently: 'withTimeout or retry',
  Patience: 'RetryPolicy',
  withTries: 'retry',
  firstReached: 'lowerBound',
  newFailure: 'deferred rejection',
  passTime: 'advanceIdle',
  readToEnd: 'caughtUp',
  misgivings: 'problems',
  Unreadable: 'InvalidRecord',
  inOneLine: 'formatOneLine',
  undivided: 'singlePartitionFlag',
  wordsAlone: 'stripLinksAndMentions',
  unseated: 'expelled',
  'made anew': 'recreated',
  graves: 'pendingDeletes',
  burial: 'deletion',
  bury: 'delete',
  seeker: 'RowMatcher',
  upkeep: 'maintenance',
  takeApart: 'tokenize',
  mistyped: 'unknownEnv',
  surroundings: 'context',
  standstill: 'stall',
  'asked-wait': 'rateLimitWait',
  janitor: 'retention',
  housekeeping: 'retention',
  governor: 'CreditBudget',
  somebody: 'a person, a process, a client',
};

/** Words that text may use, but that are no part of a name in code or of a file's name. */
const NOT_A_NAME: Readonly<Record<string, string>> = {
  front: 'progress',
  tame: 'stripControlCharacters',
  halve: 'binarySearch',
  folds: 'aggregations',
  heard: 'lastSeen',
  settle: 'advance',
  finding: 'Check',
  verdict: 'Severity',
  examine: 'check',
  judge: 'check',
  look: 'collect',
  trial: 'probe',
  problem: 'UserError',
  remedy: 'hint',
  patient: 'RetryPolicy',
  persist: 'retry',
  persistent: 'retry',
  persistently: 'retry',
  glance: 'summaryColumns',
  tools: 'dependencies',
  gist: 'normalizeText',
  outdated: 'supersededPostIds',
  notice: 'complianceEvent',
  lags: 'sourceDelays',
  seat: 'GroupMember',
  seats: 'GroupMember',
  round: 'generation',
  claim: 'join',
  ledger: 'OffsetStore',
  link: 'Connection',
  places: 'SourceOffsets',
  mark: 'watermark or position',
  gone: 'deleted',
  arena: 'column buffer',
  held: 'RowBuffer',
  gather: 'take',
  share: 'PartitionWriter',
  waiting: 'PendingFile',
  standing: 'storedPosition',
  landing: 'SinkTopic',
  intake: 'MergedInput',
  typed: 'RawSettings',
  given: 'RawSettings',
  consent: 'confirm',
  drive: 'runStages',
  told: 'logged',
  said: 'logged',
  bell: 'wakeup',
  attend: 'read loop',
  absence: 'GapTracker',
  spending: 'MonthlyQuota',
  wanted: 'requestedRules',
  mend: 'repair',
  trouble: 'XApiError',
  owners: 'symbolResolver',
  spent: 'QuotaExhausted',
};

/** The field's own use: a word, and where names or texts begin that may have it. */
const FIELDS_OWN: readonly (readonly [word: string, where: string, reason: string])[] = [
  ['link', 'test/e2e/pages.test.ts', 'a hyperlink'],
  ['link', 'src/market/posts/', 'a hyperlink'],
  ['link', 'test/market/posts/', 'a hyperlink'],
  ['round', 'src/sources/wallex/markets.ts', 'rounding a number'],
  ['somebody', 'src/cli/commands/purge.ts', 'the handle in an example'],
  ['somebody', 'docs/lake.md', 'the handle in an example'],
  ['owners', 'src/log/local/group/owner', 'the owner of a lease'],
  ['janitor', 'src/log/local/retention-loop.ts', 'a key in folders that earlier versions share'],
  [
    'round',
    'src/log/kafka/group/group-member.ts: round',
    'a field on the wire, shared with earlier versions',
  ],
  ['mark', 'src/core/stream/tolerance-join.ts: mark', 'a stored field'],
  ['mark', 'src/core/stream/right-records.ts: mark', 'the same field'],
  ['mark', 'src/core/stream/watermark.ts: mark', 'a stored field of earlier versions'],
];

interface Text {
  readonly path: string;
  readonly text: string;
}

const sources: readonly Text[] = ['src', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && path !== 'test/words.test.ts')
    .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
);
const isFieldsOwn = (word: string, path: string): boolean =>
  FIELDS_OWN.some(([own, where]) => own === word && path.startsWith(where));

/** The words of a name: `rowBuffer`, `row-buffer` and `ROW_BUFFER` have the same two. */
const partsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Variables, functions, types, fields and private members. */
const DECLARED = /(?:\b(?:const|let|function\*?|class|interface|type|readonly)\s+|#)([a-zA-Z]\w*)/g;

/** Each use of a word in a name that a file declares, or in the file's own name. */
function namedUses({ path, text }: Text): { readonly word: string; readonly use: string }[] {
  const names = [basename(path, '.ts'), ...[...text.matchAll(DECLARED)].map(([, name]) => name!)];
  return names.flatMap((name) => partsOf(name).map((word) => ({ word, use: `${path}: ${name}` })));
}

/** Each use of a word anywhere in a text, whatever its case; names that begin with it count. */
const textUses = (word: string, { path, text }: Text): string[] =>
  (text.match(new RegExp(`\\b${word}`, 'gi')) ?? []).map((use) => `${path}: ${use}`);

/** The uses of a word that are not the field's own. */
const foreignUses = (word: string, uses: readonly string[]): readonly string[] =>
  uses.filter((use) => !isFieldsOwn(word, use));

describe('a term of our own', () => {
  test.each(Object.entries(NOWHERE))("'%s' occurs nowhere: the field says %s", (word) => {
    const texts = [...sources, ...PAGES];
    expect(
      foreignUses(
        word,
        texts.flatMap((text) => textUses(word, text)),
      ),
    ).toEqual([]);
  });

  const names = sources.flatMap(namedUses);
  test.each(Object.entries(NOT_A_NAME))("'%s' is no part of a name: the field says %s", (word) => {
    const uses = names.filter((name) => name.word === word).map(({ use }) => use);
    expect(foreignUses(word, uses)).toEqual([]);
  });
});
