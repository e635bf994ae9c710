import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../../core/util/time.ts';
import type { MetaData, Protocol } from './actions.ts';

/** Versions of the protocol that we write. */
export const WRITTEN_PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** Whether a table's settings or columns use a feature. Without use it asks nothing of a writer. */
type InUse = (metaData: MetaData) => boolean;

const setting = (metaData: MetaData, key: string): string | undefined => metaData.configuration?.[key];
const hasConstraint: InUse = ({ configuration }) =>
  Object.keys(configuration ?? {}).some((key) => key.startsWith('delta.constraints.'));
/** Whether a column, at any depth, says this of itself. */
const hasColumnWith =
  (word: string): InUse =>
  ({ schemaString }) =>
    schemaString.includes(`"${word}`);

/**
 * Features of a table that we keep, each with what makes it ask more of us than we do: a new row has no change but itself,
 * we take no rows out of a table that may only grow or has a change data feed, and refuse invariants (schema.ts).
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

/** What a writer must know from each version on, where the versions themselves name features (Delta's PROTOCOL.md). */
const BY_WRITER_VERSION: readonly (readonly [version: number, features: readonly string[]])[] = [
  [3, ['checkConstraints']],
  [4, ['changeDataFeed', 'generatedColumns']],
  [5, ['columnMapping']],
  [6, ['identityColumns']],
];
/** From these versions on the features are listed one by one. */
const LISTED_FROM = { reader: 3, writer: 7 };

function featuresOf(protocol: Protocol): readonly string[] {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  const listed = [...(readerFeatures ?? []), ...(writerFeatures ?? [])];
  if (minWriterVersion >= LISTED_FROM.writer) return listed;
  const implied = BY_WRITER_VERSION.flatMap(([version, names]) => (version <= minWriterVersion ? names : []));
  return minReaderVersion >= 2 ? [...implied, 'columnMapping', ...listed] : [...implied, ...listed];
}

/** What of a table we do not know, by name; undefined when we can read and write it. */
export function unsupportedFeature(protocol: Protocol, metaData: MetaData | undefined): string | undefined {
  const { minReaderVersion: reader, minWriterVersion: writer } = protocol;
  if (reader > LISTED_FROM.reader || writer > LISTED_FROM.writer) return `Delta protocol ${reader}/${writer}`;
  const unknown = [...new Set(featuresOf(protocol))].filter((name) => {
    const isInUse = Object.hasOwn(SUPPORTED, name) ? SUPPORTED[name] : undefined;
    return isInUse === undefined || (metaData !== undefined && isInUse(metaData));
  });
  if (unknown.length > 0)
    return `the table feature ${unknown.join(', ')} (Delta protocol ${reader}/${writer})`;
  // An older protocol does not name it, but whoever set it means it.
  const constraint = Object.keys(metaData?.configuration ?? {}).find((key) =>
    key.startsWith('delta.constraints.'),
  );
  return constraint && `the constraint ${constraint}`;
}

/** Why no row may be taken out of a table, as a sentence's end; undefined when it may. Its owner has set the property. */
export function appendOnlyReason({
  metaData,
}: {
  readonly metaData: MetaData | undefined;
}): string | undefined {
  const isOn = (key: string) => metaData !== undefined && setting(metaData, key)?.toLowerCase() === 'true';
  if (isOn('delta.appendOnly')) return 'it is a table that may only grow (delta.appendOnly)';
  if (isOn('delta.enableChangeDataFeed'))
    return 'it has a change data feed (delta.enableChangeDataFeed), and what is taken out is not written to one';
  return undefined;
}

/** A table property that holds a span of time: `interval 30 days`. */
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
