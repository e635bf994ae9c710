import { describe, expect, test } from 'vitest';
import {
  formatModelFile,
  type ModelFile,
  readModelFile,
} from '../../../../src/market/text/words/model-file.ts';

const model: ModelFile = {
  name: 'mine',
  lexicon: 'vader+crypto/2',
  layer: {
    bias: -0.4,
    lexiconWeight: 3,
    slope: 0.6,
    scale: 0.0126,
    slots: [3, 70, 65_535],
    weights: [5, -127, 127],
  },
};
const text = formatModelFile(model);

describe('a file of a sentiment model', () => {
  test('a model file is read as it was written', () => expect(readModelFile(text)).toEqual(model));
  test('an empty layer is a layer', () => {
    const empty = { ...model, layer: { ...model.layer, slots: [], weights: [] } };
    expect(readModelFile(formatModelFile(empty))).toEqual(empty);
  });

  test.each([
    ['', /not JSON/],
    ['[]', /"format"/],
    ['{"format":"cryptopipe-relevance/1"}', /"format"/],
    [text.replace('"mine"', '""'), /"name"/],
    [text.replace('0.6', '"x"'), /must be numbers/],
    [text.replace('65535', '65536'), /lists of one length/],
    [text.replace('-127', '-128'), /lists of one length/],
    [text.replace('3,70', '70'), /lists of one length/],
  ])('a damaged model is refused with what is wrong: case %#', (damaged, why) => {
    expect(() => readModelFile(damaged)).toThrow(RangeError);
    expect(() => readModelFile(damaged)).toThrow(why);
  });
});
