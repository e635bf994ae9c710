import { describe, expect, test } from 'vitest';
import { DATASETS } from '../../../../src/market/catalog/datasets.ts';
import {
  type AddedFile,
  addOf,
  type Change,
  entryActions,
  entryChunks,
  entryPath,
  entryVersion,
  keyOf,
  parseEntry,
  statsText,
} from '../../../../src/sinks/lake/delta/actions.ts';
import { WRITTEN_PROTOCOL } from '../../../../src/sinks/lake/delta/protocol.ts';
import { tableSchema } from '../../../../src/sinks/lake/delta/schema.ts';

/** As it stands in the log. */
const entryText = (...entry: Parameters<typeof entryActions>): string =>
  Buffer.concat(entryChunks(entryActions(...entry))).toString();

const change = (given: Partial<Change>): Change => ({
  commitId: 'c',
  operation: 'WRITE',
  transactions: [],
  removes: [],
  adds: [],
  ...given,
});

const file = (given: Partial<AddedFile> = {}): AddedFile => ({
  path: 'tag=50%25 🚀/x-0-0-1.parquet',
  folder: { tag: '50% 🚀' },
  size: 123,
  modified: 1_772_445_600_000,
  rows: 2,
  columns: [{ name: 'n', type: 'number', help: '' }],
  stats: [{ min: 1, max: 2.5, nulls: 0 }],
  ...given,
});

const statsOf = (type: 'text' | 'time' | 'texts', min: string | number | undefined, max = min) =>
  JSON.parse(statsText(file({ columns: [{ name: 'x', type, help: '' }], stats: [{ min, max, nulls: 1 }] })));

describe('an entry', () => {
  test('a log entry has one action per line: commit info, positions and files', () => {
    const text = entryText(
      change({ adds: [addOf(file())], transactions: [{ appId: 'g/t/0', version: 7 }] }),
      1000,
    );
    expect(text.endsWith('}\n')).toBe(true);
    expect(parseEntry(text)).toEqual([
      {
        commitInfo: expect.objectContaining({
          timestamp: 1000,
          operation: 'WRITE',
          engineInfo: 'cryptopipe',
          commitId: 'c',
        }),
      },
      { txn: { appId: 'g/t/0', version: 7, lastUpdated: 1000 } },
      {
        add: {
          path: 'tag=50%2525%20%F0%9F%9A%80/x-0-0-1.parquet',
          partitionValues: { tag: '50% 🚀' },
          size: 123,
          modificationTime: 1_772_445_600_000,
          dataChange: true,
          stats: '{"numRecords":2,"minValues":{"n":1},"maxValues":{"n":2.5},"nullCount":{"n":0}}',
        },
      },
    ]);
  });

  test('a log entry that creates a table begins with protocol and columns', () => {
    const text = entryText(
      change({
        protocol: WRITTEN_PROTOCOL,
        metaData: {
          id: 'id',
          format: { provider: 'parquet', options: {} },
          ...tableSchema(DATASETS.prices),
          createdTime: 1000,
        },
      }),
      1000,
    );
    const [, protocol, metaData] = parseEntry(text);
    expect(protocol).toEqual({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
    expect(metaData!.metaData).toMatchObject({
      id: 'id',
      format: { provider: 'parquet', options: {} },
      partitionColumns: ['coin', 'date'],
      createdTime: 1000,
    });
  });

  test('the path of a log entry decodes to the storage key', () => {
    const [, add] = parseEntry(entryText(change({ adds: [addOf(file())] }), 0));
    expect(keyOf(add!.add!.path)).toBe(file().path);
  });
});

describe('the schema of a table', () => {
  const fields = (name: keyof typeof DATASETS) =>
    new Map(
      JSON.parse(tableSchema(DATASETS[name]).schemaString).fields.map(
        (field: { name: string; type: unknown }) => [field.name, field.type],
      ),
    );

  test('a table schema has a type for each kind of column, and the folder column date', () => {
    expect(fields('tweets-processed').get('id')).toBe('string');
    expect(fields('tweets-processed').get('hashtags')).toEqual({
      type: 'array',
      elementType: 'string',
      containsNull: true,
    });
    expect(fields('tweets-processed').get('verified')).toBe('boolean');
    expect(fields('candles').get('samples')).toBe('long');
    expect(fields('candles').get('open')).toBe('double');
    expect(fields('candles').get('window_start')).toBe('timestamp');
    expect(fields('market-cap').get('dominance')).toBe('string');
    expect(fields('candles').get('date')).toBe('date');
    expect(fields('late').has('date')).toBe(false);
  });
});

describe('statistics', () => {
  test('statistics store times as ISO 8601 texts', () => {
    expect(statsOf('time', 0, 1_772_445_600_000)).toMatchObject({
      minValues: { x: '1970-01-01T00:00:00.000Z' },
      maxValues: { x: '2026-03-02T10:00:00.000Z' },
    });
  });

  test('statistics truncate long texts to 32 characters and round the maximum up', () => {
    const { minValues, maxValues } = statsOf('text', '🚀'.repeat(40));
    expect(minValues.x).toBe('🚀'.repeat(32));
    expect(maxValues.x).toBe(`${'🚀'.repeat(32)}\u{10ffff}`);
  });

  test('statistics contain no half of a surrogate pair', () => {
    expect(statsOf('text', '\ud83d').minValues.x).toBe('\ufffd');
  });

  test('statistics count the nulls of a column, and lists have no statistics', () => {
    expect(statsOf('text', undefined)).toEqual({
      numRecords: 2,
      minValues: {},
      maxValues: {},
      nullCount: { x: 1 },
    });
    expect(statsOf('texts', undefined).nullCount).toEqual({});
  });
});

test('entry names are twenty-digit versions; other files of the folder are not entries', () => {
  expect(entryPath(12)).toBe('_delta_log/00000000000000000012.json');
  expect(entryVersion('00000000000000000012.json')).toBe(12);
  expect(entryVersion('.00000000000000000012.json.x.tmp')).toBeUndefined();
  expect(entryVersion('00000000000000000010.checkpoint.parquet')).toBeUndefined();
});
