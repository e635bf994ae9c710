import { readdirSync, readFileSync } from 'node:fs';

/** Read first, in this order: what a page does may build on the pages before it. */
const FIRST = ['README.md', 'docs/sources.md', 'docs/processing.md', 'docs/lake.md', 'docs/operations.md'];

export interface Block {
  /** What follows the fence: `sh` and others are run, `console` and none are not. */
  readonly label: string;
  readonly text: string;
}

export interface Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

function pageAt(path: string): Page {
  const text = readFileSync(path, 'utf8');
  const blocks = [...text.matchAll(/^```(.*?)\n(.*?)^```$/gms)].map(([, label, body]) => ({
    label: label!,
    text: body!,
  }));
  return { path, text, blocks };
}

const found = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

/** Every page for users and contributors, in the order in which their examples run. */
export const PAGES: readonly Page[] = [...new Set([...FIRST, ...found, 'CONTRIBUTING.md', 'AGENTS.md'])].map(
  pageAt,
);

/** The blocks of all pages with a label, in order, as one script. */
export const blocksOf = (label: string): string =>
  PAGES.flatMap(({ blocks }) => blocks)
    .filter((block) => block.label === label)
    .map(({ text }) => text)
    .join('');
