import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const SUFFIX = '?asset';

/** A file as a browser gets it, as text: a script with all it imports, in one file; a style sheet without white space; others as they are. */
export async function assetText(path) {
  if (!/\.(ts|css)$/.test(path)) return readFile(path, 'utf8');
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    // Its licence asks for the notice of lightweight-charts.
    legalComments: 'inline',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** For esbuild: an import of `./x?asset` is the text of x as a browser gets it. */
export const assetPlugin = {
  name: 'asset',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?asset$/ }, async ({ path, resolveDir }) => ({
      path: new URL(path.slice(0, -SUFFIX.length), `file://${resolveDir}/`).pathname,
      namespace: 'asset',
    }));
    onLoad({ filter: /./, namespace: 'asset' }, async ({ path }) => ({
      contents: await assetText(path),
      loader: 'text',
    }));
  },
};

/** For vitest: the same. The name it loads must not end like a style sheet, which Vite would take for itself. */
export const viteAssetPlugin = {
  name: 'asset',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith(SUFFIX) || importer === undefined) return undefined;
    const { pathname } = new URL(source.slice(0, -SUFFIX.length), `file://${importer}`);
    return `\0asset:${pathname}.js`;
  },
  async load(id) {
    if (!id.startsWith('\0asset:')) return undefined;
    return `export default ${JSON.stringify(await assetText(id.slice('\0asset:'.length, -'.js'.length)))}`;
  },
};
