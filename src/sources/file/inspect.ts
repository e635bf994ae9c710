import { resolve } from 'node:path';
import { usageProblems } from '../../core/errors.ts';
import { checkText, findFile } from './input.ts';
import type { PriceSettings } from './quotes.ts';
import { pairOf } from './row-reader.ts';

const startOf = async (file: string): Promise<string> => {
  const { head } = await findFile(file, resolve(file));
  checkText(file, head);
  return head
    .toString()
    .replace(/^\uFEFF/, '')
    .trimStart();
};

/** Whether it is a CSV, by what it begins with or, where that tells nothing, by its name. */
const isCsv = (start: string, file: string, format: PriceSettings['format']): boolean => {
  if (format !== 'auto') return format !== 'quotes';
  return start === '' ? /\.csv(\.gz)?$/i.test(file) : !start.startsWith('{');
};

/** What is wrong with the file named, and whether its currencies are given. `prices`: undefined for posts. */
export async function inspect(file: string, prices: PriceSettings | undefined): Promise<string[]> {
  let start = '';
  const ofFile =
    file === '-'
      ? []
      : await usageProblems(
          startOf(file).then((text) => {
            start = text;
          }),
        );
  if (prices === undefined || !isCsv(start, file, prices.format)) return ofFile;
  return [...ofFile, ...(await usageProblems((async () => pairOf(prices))()))];
}
