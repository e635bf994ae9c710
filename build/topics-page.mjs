// npm run docs    docs/topics.md, from the catalogue of feeds and the datasets
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const HOUR = 3_600_000;

const TYPES = {
  text: ['string', 'text; ids are text because they exceed 2^53'],
  texts: ['list<string>', 'a list of texts'],
  number: ['double', '64-bit float'],
  integer: ['long', 'whole number'],
  time: ['timestamp (ms, UTC)', 'ISO 8601 text in topics, a UTC timestamp in milliseconds in tables'],
  boolean: ['boolean', 'true or false'],
  json: ['string', 'a JSON value in topics, its JSON text in tables'],
};

/** The catalogue, as the source declares it. */
async function catalogue() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `export { FEEDS } from './src/market/catalog/feeds.ts';
export { DATASETS } from './src/market/catalog/datasets.ts';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const cell = (text) => text.replaceAll('|', '\\|');
const row = (...cells) => `| ${cells.map((text) => cell(String(text))).join(' | ')} |`;
const table = (heads, rows) => [row(...heads), `|${' --- |'.repeat(heads.length)}`, ...rows].join('\n');
const code = (text) => `\`${text}\``;

function retention({ retentionMs, compacted }) {
  const hours = retentionMs === undefined ? undefined : retentionMs / HOUR;
  const kept = hours === undefined ? 'forever' : hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
  return compacted ? `${kept}, compacted` : kept;
}

const feedRow = ([name, feed]) =>
  row(
    code(name),
    feed.roles.join(', '),
    code(feed.key),
    feed.partitions,
    retention(feed),
    feed.dataset === undefined ? 'raw lines' : `[${feed.dataset}](#${feed.dataset})`,
    feed.inLake ? 'yes' : '',
  );

function datasetSection([name, dataset], feeds) {
  const topics = feeds.filter(([, feed]) => feed.dataset === name).map(([topic]) => code(topic));
  const facts = [
    `Topics: ${topics.join(', ')}.`,
    `Table: ${code(dataset.name)}, in folders by ${dataset.partitionBy.map(code).join(', ')}.`,
    dataset.timeColumn === undefined ? 'It has no event time.' : `Event time: ${code(dataset.timeColumn)}.`,
  ];
  const columns = dataset.columns.map(({ name, type, help }) => row(code(name), type, TYPES[type][0], help));
  return `## ${name}\n\n${facts.join(' ')}\n\n${table(['column', 'type', 'in Delta', 'meaning'], columns)}`;
}

/** The text of docs/topics.md. */
export async function topicsPage() {
  const { FEEDS, DATASETS } = await catalogue();
  const feeds = Object.entries(FEEDS);
  const configs = feeds
    .filter(([, { config }]) => config !== undefined)
    .map(([name, { config }]) => {
      const settings = Object.entries(config).map(([key, value]) => code(`${key}=${value}`));
      return `${code(name)} ${settings.join(', ')}`;
    });
  const delays = Object.entries(Object.assign({}, ...feeds.map(([, feed]) => feed.delays)));
  return `# Topics and tables

<!-- Written by \`npm run docs\` from src/market/catalog/feeds.ts and datasets.ts; a test compares them. -->

Values are JSON objects. The columns below are their fields and the columns of the table in a lake; a field that a
record does not have is null there. Retention counts from the time of the append, not from the event time, so old
history can be imported.

${table(['topic', 'role', 'key', 'partitions', 'retention', 'columns', 'in a lake by default'], feeds.map(feedRow))}

Further topic settings on Kafka: ${configs.join('; ')}.

Live sources may report times behind the clock, at most by: ${delays.map(([name, ms]) => `${name} ${ms / 1000} s`).join(', ')} (\`--source-lag\` changes it).

${table(
  ['type', 'meaning'],
  Object.entries(TYPES).map(([name, [, meaning]]) => row(name, meaning)),
)}

\`tweets\` holds raw lines: each value is the JSON that X sent, of its v2 stream or the v1.1 API. The partition of a post
in \`tweets\` follows from its id. In \`tweets-processed\`, \`tweets-priced\`, \`prices\` and \`candles\` it follows from the coin, so one task sees
all records of a coin in order. In all topics of posts a record with a null value is a tombstone: X deleted the post or
replaced it by an edit, and sinks remove it. A record of \`decisions\` names the topic its post went to, \`discard\` or \`error\`.

${Object.entries(DATASETS)
  .map((entry) => datasetSection(entry, feeds))
  .join('\n\n')}
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(`${root}docs/topics.md`, await topicsPage());
  console.log('docs/topics.md');
}
