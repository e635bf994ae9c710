import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assignFold } from '../src/core/learn/cross-validation.ts';
import { unescapeText } from '../src/market/posts/fields.ts';
import { normalizeText } from '../src/market/text/normalize.ts';
import { lexiconScorer } from '../src/market/text/sentiment.ts';
import { formatModelFile } from '../src/market/text/words/model-file.ts';
import { type LabelledText, type LayerTraining, trainLayer } from '../src/market/text/words/train-layer.ts';
import { layeredScorer, type WordLayer } from '../src/market/text/words/word-layer.ts';
import { agreementRow, calibrationRow, correlationRow, header } from './figures.ts';

/*
 * npm run train -- LABELS_FOLDER [GROUND_TRUTH]: trains the word layer of vader+crypto/2 and writes it to its file, and
 * prints what the parts score that each training left out. See train/README.md.
 */
const OUT = 'src/market/text/words/crypto-2.txt';
const LEXICON = 'vader+crypto/2';
/** Chosen by leaving surge-stock and taborda out in turn: for 400 words, and for words counting less in texts of another kind. */
const TRAINING: Omit<LayerTraining, 'lexiconScore'> = { l1: 12, l2: 0.5, trust: 0.7 };
const LEFT_OUT = ['surge-stock', 'taborda-stock-tweets'];
const FOLDS = 5;

interface Labelled extends LabelledText {
  readonly source: string;
}

const SIGNS = { positive: 1, neutral: 0, negative: -1 } as const;

function readLabels(folder: string): Labelled[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { text: string; label: keyof typeof SIGNS; source: string })
    .map(({ text, label, source }) => ({ text: unescapeText(text), label: SIGNS[label], source }));
}

const [folder, groundTruth] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder of labelled texts: npm run train -- FOLDER');
const rows = readLabels(folder);
const lexicon = lexiconScorer(2);
const before = lexiconScorer(1);
const train = (examples: readonly Labelled[]): WordLayer =>
  trainLayer(examples, { ...TRAINING, lexiconScore: lexicon });

console.log(header);
const bands: string[] = [];
const show = (name: string, held: readonly Labelled[], layer: WordLayer) => {
  const after = layeredScorer(lexicon, layer);
  for (const [model, score] of Object.entries({ 'vader+crypto/1': before, lexicon, 'vader+crypto/2': after }))
    console.log(agreementRow(name, model, held, score));
  bands.push(calibrationRow(name, held, after));
};
for (const source of LEFT_OUT) {
  const held = rows.filter((row) => row.source === source);
  show(source, held, train(rows.filter((row) => row.source !== source)));
}
const fold = assignFold(
  { labels: rows.map(({ label }) => label > 0), groups: rows.map(({ text }) => normalizeText(text)) },
  FOLDS,
);
const part = train(rows.filter((_, at) => fold[at] !== 0));
for (const source of new Set(rows.map((row) => row.source)))
  if (!LEFT_OUT.includes(source))
    show(
      source,
      rows.filter((row, at) => fold[at] === 0 && row.source === source),
      part,
    );

console.log(`\nmean score: mean label (texts)\n${bands.join('\n')}`);

const layer = train(rows);
writeFileSync(OUT, formatModelFile({ name: LEXICON, lexicon: LEXICON, layer }));
console.log(`\n${OUT}: ${layer.slots.length} words and pairs of ${rows.length} texts`);
if (groundTruth !== undefined) {
  const text = readFileSync(groundTruth, 'utf8');
  const after = layeredScorer(lexicon, layer);
  for (const [model, score] of Object.entries({ 'vader+crypto/1': before, lexicon, 'vader+crypto/2': after }))
    console.log(correlationRow(model, text, score));
}
