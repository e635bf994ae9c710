import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../core/time.ts';
import type { MetaData, Protocol } from './delta.ts';

/** Versions of the protocol that we write. */
export const OURS: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** Features of a table that we keep: we change no rows of a table that may only grow, and refuse invariants (schema.ts). */
const KNOWN: ReadonlySet<string> = new Set(['appendOnly', 'invariants']);

/** What a writer must know from each version on, where the versions themselves name features (Delta's PROTOCOL.md). */
const BY_WRITER_VERSION: readonly (readonly [version: number, features: readonly string[]])[] = [
  [3, ['checkConstraints']],
  [4, ['changeDataFeed', 'generatedColumns']],
  [5, ['columnMapping']],
  [6, ['identityColumns']],
];
/** From these versions on the features are listed one by one. */
const LISTED = { reader: 3, writer: 7 };

function featuresOf(protocol: Protocol): readonly string[] {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  const listed = [...(readerFeatures ?? []), ...(writerFeatures ?? [])];
  if (minWriterVersion >= LISTED.writer) return listed;
  const implied = BY_WRITER_VERSION.flatMap(([version, names]) => (version <= minWriterVersion ? names : []));
  return minReaderVersion >= 2 ? [...implied, 'columnMapping', ...listed] : [...implied, ...listed];
}

/** What of a table we do not know, by name; undefined when we can read and write it. */
export function unknownFeature(protocol: Protocol, metaData: MetaData | undefined): string | undefined {
  const { minReaderVersion: reader, minWriterVersion: writer } = protocol;
  if (reader > LISTED.reader || writer > LISTED.writer) return `Delta protocol ${reader}/${writer}`;
  const unknown = [...new Set(featuresOf(protocol))].filter((name) => !KNOWN.has(name));
  if (unknown.length > 0)
    return `the table feature ${unknown.join(', ')} (Delta protocol ${reader}/${writer})`;
  const constraint = Object.keys(metaData?.configuration ?? {}).find((key) =>
    key.startsWith('delta.constraints.'),
  );
  return constraint && `the constraint ${constraint}`;
}

/** Whether no row may be removed from a table: a property that its owner has set. */
export const mayOnlyGrow = ({ metaData }: { readonly metaData: MetaData | undefined }): boolean =>
  metaData?.configuration?.['delta.appendOnly'] === 'true';

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
