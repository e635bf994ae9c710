import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../../core/util/time.ts';
import type { MetaData, Protocol } from './actions.ts';

/** Versions of the protocol that we write. */
export const WRITTEN_PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** Whether a table's settings or columns use a feature. An unused feature asks nothing of a writer. */
type InUse = (metaData: MetaData) => boolean;

const setting = (metaData: MetaData, key: string): string | undefined => metaData.configuration?.[key];
const hasConstraint: InUse = ({ configuration }) =>
  Object.keys(configuration ?? {}).some((key) => key.startsWith('delta.constraints.'));
/** Whether a column, at any depth, has metadata with this key. */
const hasColumnWith =
  (word: string): InUse =>
  ({ schemaString }) =>
    schemaString.includes(`"${word}`);

/**
 * Features that we support, each with the use that we do not support. Appending is safe with `appendOnly` and
 * `changeDataFeed`, and we delete nothing from such tables. Invariants are refused in schema.ts.
 */
const SUPPORTED: Readonly<Record<string, InUse>> = {
  appendOnly: () => false,
  invariants: () => false,
  changeDataFeed: () => false,
  checkConstraints: hasConstraint,
  generatedColumns: hasColumnWith('delta.generationExpression"'),
  identityColumns: hasColumnWith('delta.identity.'),
  columnMapping: (metaData) => (setting(metaData, 'delta.columnMapping.mode') ?? 'none') !== 'none',
};

/** Features that a writer version implies, from Delta's PROTOCOL.md. */
const BY_WRITER_VERSION: readonly (readonly [version: number, features: readonly string[]])[] = [
  [3, ['checkConstraints']],
  [4, ['changeDataFeed', 'generatedColumns']],
  [5, ['columnMapping']],
  [6, ['identityColumns']],
];
/** From these versions on, the table lists its features. */
const LISTED_FROM = { reader: 3, writer: 7 };

function featuresOf(protocol: Protocol): readonly string[] {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  const listed = [...(readerFeatures ?? []), ...(writerFeatures ?? [])];
  if (minWriterVersion >= LISTED_FROM.writer) return listed;
  const implied = BY_WRITER_VERSION.flatMap(([version, names]) => (version <= minWriterVersion ? names : []));
  return minReaderVersion >= 2 ? [...implied, 'columnMapping', ...listed] : [...implied, ...listed];
}

/** A feature of the table that we do not support; undefined when we can read and write it. */
export function unsupportedFeature(protocol: Protocol, metaData: MetaData | undefined): string | undefined {
  const { minReaderVersion: reader, minWriterVersion: writer } = protocol;
  if (reader > LISTED_FROM.reader || writer > LISTED_FROM.writer) return `Delta protocol ${reader}/${writer}`;
  const unknown = [...new Set(featuresOf(protocol))].filter((name) => {
    const isInUse = Object.hasOwn(SUPPORTED, name) ? SUPPORTED[name] : undefined;
    return isInUse === undefined || (metaData !== undefined && isInUse(metaData));
  });
  if (unknown.length > 0)
    return `the table feature ${unknown.join(', ')} (Delta protocol ${reader}/${writer})`;
  // An older protocol does not enforce it, but its owner set it on purpose.
  const constraint = Object.keys(metaData?.configuration ?? {}).find((key) =>
    key.startsWith('delta.constraints.'),
  );
  return constraint && `the constraint ${constraint}`;
}

/** Why rows of the table may not be deleted, to end a sentence; undefined when they may. */
export function appendOnlyReason({
  metaData,
}: {
  readonly metaData: MetaData | undefined;
}): string | undefined {
  const isOn = (key: string) => metaData !== undefined && setting(metaData, key)?.toLowerCase() === 'true';
  if (isOn('delta.appendOnly')) return 'the table is append-only (delta.appendOnly)';
  if (isOn('delta.enableChangeDataFeed'))
    return 'the table has a change data feed (delta.enableChangeDataFeed), to which deletes are not written';
  return undefined;
}

/** A table property that is an interval: `interval 30 days`. */
export function intervalOf({ configuration }: MetaData, key: string, fallback: number): number {
  const match = /^(?:interval\s+)?(\d+)\s*(week|day|hour|minute|second)s?$/i.exec(configuration?.[key] ?? '');
  return match ? Number(match[1]) * UNITS[match[2]!.toLowerCase()]! : fallback;
}

const UNITS: Readonly<Record<string, Millis>> = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
};
