import { expect, test } from 'vitest';
import type { MetaData, Protocol } from '../../../../src/sinks/lake/delta/actions.ts';
import { appendOnlyReason, unsupportedFeature } from '../../../../src/sinks/lake/delta/protocol.ts';

const table = (
  configuration: Record<string, string> = {},
  field: Record<string, unknown> = {},
): MetaData => ({
  id: 'a-table',
  format: { provider: 'parquet' },
  schemaString: JSON.stringify({
    type: 'struct',
    fields: [{ name: 'price', type: 'double', nullable: true, metadata: field }],
  }),
  partitionColumns: [],
  configuration,
});
const legacy = (minWriterVersion: number, minReaderVersion = 1): Protocol => ({
  minReaderVersion,
  minWriterVersion,
});
const listed = (...features: string[]): Protocol => ({
  ...legacy(7, 3),
  readerFeatures: [],
  writerFeatures: features,
});

test.each([1, 2, 3, 4, 5, 6])(
  'writer version %i with none of its features in use takes an append',
  (version) => {
    expect(unsupportedFeature(legacy(version), table())).toBeUndefined();
    expect(unsupportedFeature(legacy(version, 2), table())).toBeUndefined();
  },
);

test('listed but unused features allow an append', () => {
  const features = ['appendOnly', 'invariants', 'changeDataFeed', 'checkConstraints', 'generatedColumns'];
  expect(
    unsupportedFeature(listed(...features, 'identityColumns', 'columnMapping'), table()),
  ).toBeUndefined();
});

test('a change data feed allows an append but no delete', () => {
  const fed = table({ 'delta.enableChangeDataFeed': 'true' });
  expect(unsupportedFeature(legacy(4), fed)).toBeUndefined();
  expect(unsupportedFeature(listed('changeDataFeed'), fed)).toBeUndefined();
  expect(appendOnlyReason({ metaData: fed })).toMatch(/change data feed \(delta.enableChangeDataFeed\)/);
  expect(appendOnlyReason({ metaData: table({ 'delta.enableChangeDataFeed': 'false' }) })).toBeUndefined();
});

test.each<[string, number, MetaData]>([
  ['checkConstraints', 3, table({ 'delta.constraints.positive': 'price > 0' })],
  ['generatedColumns', 4, table({}, { 'delta.generationExpression': 'price * 2' })],
  ['columnMapping', 5, table({ 'delta.columnMapping.mode': 'name' })],
  ['identityColumns', 6, table({}, { 'delta.identity.start': 1 })],
])('%s in use is refused by its name', (feature, version, metaData) => {
  expect(unsupportedFeature(legacy(version), metaData)).toBe(
    `the table feature ${feature} (Delta protocol 1/${version})`,
  );
  expect(unsupportedFeature(listed(feature), metaData)).toBe(
    `the table feature ${feature} (Delta protocol 3/7)`,
  );
});

test('a constraint is refused whatever the protocol', () => {
  const metaData = table({ 'delta.constraints.positive': 'price > 0' });
  expect(unsupportedFeature(legacy(2), metaData)).toBe('the constraint delta.constraints.positive');
});

test('an unknown feature is refused, even one named like an Object member', () => {
  expect(unsupportedFeature(listed('deletionVectors', 'toString'), table())).toBe(
    'the table feature deletionVectors, toString (Delta protocol 3/7)',
  );
});
