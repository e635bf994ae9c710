import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';

/** Source text by path below src/. */
type Tree = ReadonlyMap<string, string>;

const OUTER = ['core/', 'market/', 'log/log.ts'];
/** What each room may import, as path prefixes (docs/ARCHITECTURE.md). A room is a folder of src/, or one below log/ or page/. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ['core/'],
  system: ['core/', 'system/'],
  market: ['core/', 'market/'],
  log: ['core/', 'log/log.ts'],
  'log/local': [...OUTER, 'system/', 'log/local/'],
  'log/kafka': [...OUTER, 'system/', 'log/kafka/'],
  doctor: [...OUTER, 'log/kafka/', 'doctor/'],
  processors: ['core/', 'market/', 'processors/'],
  sources: [...OUTER, 'sources/', '../examples/data/'],
  sinks: [...OUTER, 'system/', 'sinks/'],
  runtime: [...OUTER, 'system/', 'processors/processor.ts', 'sources/source.ts', 'sinks/sink.ts', 'runtime/'],
  'page/model': ['core/', 'market/', 'page/model/'],
  'page/feed': [...OUTER, 'page/model/', 'page/feed/'],
  'page/server': [...OUTER, 'page/'],
  'page/browser': ['core/', 'page/model/', 'page/browser/'],
  cli: [''],
};
const PURE = ['core', 'market', 'processors', 'page/model'];

const room = (file: string): string => /^(?:log|page)\/\w+(?=\/)/.exec(file)?.[0] ?? file.split('/')[0]!;

const IMPORT =
  /^(?:import|export)\s[\w*${},\s]*?from\s+'([^']+)'|^import\s+'([^']+)'|\b(?:import|require)\('([^']+)'/gm;

interface Import {
  /** A path below src/, or the name of a package or of a module of Node's. */
  readonly name: string;
  readonly ours: boolean;
}

/** What a file imports, types too. */
function imports(file: string, text: string): Import[] {
  const names = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]!);
  return names.map((name) =>
    name.startsWith('.')
      ? { name: posix.join(posix.dirname(file), name), ours: true }
      : { name, ours: false },
  );
}

const packageOf = (name: string) => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0];

function wrongDirections(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    const allowed = ALLOWED[room(file)] ?? [];
    const wrong = ({ name, ours }: Import) =>
      ours ? !allowed.some((prefix) => name.startsWith(prefix)) : PURE.includes(room(file));
    return imports(file, text)
      .filter(wrong)
      .map(({ name }) => `${file} imports ${name}`);
  });
}

function cycles(tree: Tree): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' -> ')];
    if (done.has(file)) return [];
    const found = imports(file, tree.get(file) ?? '').flatMap(({ name }) => visit(name, [...path, file]));
    done.add(file);
    return found;
  };
  return [...tree.keys()].flatMap((file) => visit(file, []));
}

function sharedPackages(tree: Tree): string[] {
  const users = new Map<string, Set<string>>();
  for (const [file, text] of tree)
    for (const { name, ours } of imports(file, text)) {
      if (ours || name.startsWith('node:')) continue;
      const folder = file.startsWith('cli/') ? 'cli' : posix.dirname(file).split('/').slice(0, 2).join('/');
      users.set(packageOf(name), (users.get(packageOf(name)) ?? new Set()).add(folder));
    }
  return [...users].filter(([, folders]) => folders.size > 1).map(([name, at]) => `${name}: ${[...at]}`);
}

const IMPURE = ['process', 'performance', 'console', 'fetch', 'Buffer', 'crypto', 'globalThis'].concat(
  ['Timeout', 'Interval', 'Immediate'].flatMap((timer) => [`set${timer}`, `clear${timer}`]),
  ['queueMicrotask'],
);
const marks = Object.fromEntries(['Date', 'Math', ...IMPURE].map((name) => [name, `global_${name}`]));
/** Global names stand out as `global_name`; local ones of the same name, comments and types do not. */
const withGlobalsMarked = (text: string) =>
  transformSync(text, { loader: 'ts', define: marks, legalComments: 'none' }).code;

/** The clock is `Date` in any form but `new Date(time)`, `Date.UTC` and `Date.parse`; chance is `Math.random`. */
const CLOCK_OR_CHANCE =
  /(?<!new )global_Date(?!\.UTC\b|\.parse\b)|new global_Date(?!\([^)])|global_Math(?!\.(?!random\b)\w)/g;
const SERVICES = new RegExp(`\\bglobal_(?:${IMPURE.join('|')})\\b`, 'g');
/** Of `process`, what belongs to the command line; a sink or source gets it handed in. */
const COMMAND_LINE =
  /\bglobal_process\.(?:env|argv|stdin|stdout|stderr|exit|exitCode|on|once)\b|\bglobal_console\b/g;

function forbiddenGlobals(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) => {
    const code = withGlobalsMarked(text);
    const patterns = PURE.includes(room(file))
      ? [CLOCK_OR_CHANCE, SERVICES]
      : room(file) === 'cli'
        ? []
        : [COMMAND_LINE];
    return patterns
      .flatMap((pattern) => code.match(pattern) ?? [])
      .map((use) => `${file} uses ${use.replace('global_', '')}`);
  });
}

const TEXT = /('(?:[^'\\]|\\.)*'|`[^`]*`|"[^"]*")/.source;
/** The hint that a UserError is made with, where it is a text in place. */
const HINT = new RegExp(`new UserError\\(\\s*[^,()]+,\\s*(?:${TEXT}|[\\w.]+),\\s*${TEXT}`, 'g');
const looseHints = (text: string): string[] =>
  [...text.matchAll(HINT)].map((match) => match[2]!).filter((hint) => !/^.[A-Z].*[.?}].$/.test(hint));

const EXPORT = /^export (?:async )?(const|function|class|interface|type)\W+(\w+)/gm;
const wordsOf = (text: string): Set<string> => new Set(text.match(/\w+/g));
/** Values that no file which imports theirs speaks of, and types of which their own does not either. */
function deadExports(tree: Tree, tests: Tree): string[] {
  const used = new Map<string, Set<string>[]>();
  for (const [file, text] of [...tree, ...tests]) {
    const words = wordsOf(text);
    for (const { name } of imports(file, text)) {
      const target = name.replace('../src/', '');
      used.set(target, [...(used.get(target) ?? []), words]);
    }
  }
  return [...tree].flatMap(([file, text]) =>
    [...text.matchAll(EXPORT)]
      .filter(([whole, kind, name]) => {
        const ownType = ['interface', 'type'].includes(kind!) && wordsOf(text.replace(whole, '')).has(name!);
        return !ownType && !used.get(file)?.some((words) => words.has(name!));
      })
      .map(([, , name]) => `${file} exports ${name}`),
  );
}

/** Pairs of rooms directly below a folder (files or folders) of which one imports the other. */
function arrows(tree: Tree, folder: string): Set<string> {
  const below = (file: string) =>
    file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/')[0] : undefined;
  const found = new Set<string>();
  for (const [file, text] of tree)
    for (const { name } of imports(file, text)) {
      const [from, to] = [below(file), below(name)];
      if (from !== undefined && to !== undefined && from !== to) found.add(`${from} -> ${to}`);
    }
  return found;
}

/** Folders with more files directly in them than a reader takes in. */
function crowded(tree: Tree, most: number): string[] {
  const counts = new Map<string, number>();
  for (const file of tree.keys()) counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > most)
    .map(([folder, count]) => `${folder}: ${count} files`);
}

/** Files of fewer than 20 lines that one file alone imports. */
function smallWithOneReader(tree: Tree): string[] {
  const readers = new Map<string, Set<string>>();
  for (const [file, text] of tree)
    for (const { name } of imports(file, text)) readers.set(name, (readers.get(name) ?? new Set()).add(file));
  return [...tree]
    .filter(([file, text]) => text.trimEnd().split('\n').length < 20 && readers.get(file)?.size === 1)
    .map(([file]) => file);
}

/** Imports of a file of the same name. */
const namesakes = (tree: Tree): string[] =>
  [...tree].flatMap(([file, text]) =>
    imports(file, text)
      .filter(({ name, ours }) => ours && posix.basename(name) === posix.basename(file))
      .map(({ name }) => `${file} -> ${name}`),
  );

/** Types and functions that several files export under one name. */
function sharedNames(tree: Tree): [name: string, files: string[]][] {
  const files = new Map<string, string[]>();
  for (const [file, text] of tree)
    for (const [, , name] of text.matchAll(EXPORT)) files.set(name!, [...(files.get(name!) ?? []), file]);
  return [...files].filter(([, at]) => at.length > 1);
}

/** Exported names that stand for the same concept in each of their files. */
const SAME_CONCEPT: Readonly<Record<string, string>> = {
  command: 'a command, in the file of its name',
  file: 'a component named file: a source and a sink',
  SECRETS: "the names of a service's secrets",
  placeName: "the name of a source's position",
  parsePlace: "a source's position, from its text",
  toRecord: 'a quote as a record of its topic',
  describeTopic: 'an operation of the Log interface, for each log',
  deleteTopic: 'an operation of the Log interface, for each log',
  updateTopic: 'an operation of the Log interface, for each log',
  identityOf: 'an operation of the Log interface, for each log',
  joinGroup: 'an operation of the Log interface, for each log',
  resetGroup: 'an operation of the Log interface, for each log',
  openTask: 'an operation of the Log interface, for each log',
  Connection: 'a connection to a server',
  compress: 'bytes by a codec',
  fingerprint: 'a short hash of a text',
  topicInfo: 'an operation of the Log interface, for each log',
  GroupMember: 'a membership in a group, for each log',
  transientReason: 'why an error of a server may pass',
  checkClock: "the check of a service's clock against ours",
};
/** Names that still stand for several concepts. The list only shrinks: rename one, and take it out. */
const STILL_SHARED = new Set<string>([]);

/** Packages that are imported in two folders, and why. */
const SHARED_PACKAGES: Readonly<Record<string, string>> = {
  hyparquet: 'the lake reads pages as they are stored, the file source reads rows',
  'hyparquet-compressors': 'the codecs of hyparquet, loaded on demand',
};

/** Small files with one reader that stay, and why. */
const STAYS_SMALL: Readonly<Record<string, string>> = {
  'sources/index.ts': 'a registry',
  'runtime/dependencies.ts': 'the one place of the runtime that imports a package, loaded on demand',
  'log/kafka/settings/msk-token.ts': 'a package that is loaded on demand',
  'log/kafka/wire/codecs/snappy.ts': 'one codec of four, each loaded on demand',
  'market/text/normalize.ts': 'pure text rules beside their neighbours, used by a processor',
  'page/model/window-scale.ts': 'the pure rule of the time axis, with a test of its own',
  'cli/output/credentials.ts': 'the one place that hides secrets, with a test of its own',
  'sources/sample/minutes.ts': 'the one place that reads the bundled extract of real prices',
  'sources/sample/authors.ts': 'the people of the sample, generated apart from their posts',
  'sources/x/api/agent.ts': 'the connection that X is asked over, with its timeouts',
  'sources/x/api/fields.ts': "the fields asked of X: data of the service's interface",
};

/** Imports of a file of the same name that are left. The list only shrinks. */
const STILL_NAMESAKES = new Set<string>([]);

const here = fileURLToPath(new URL('.', import.meta.url));
/** The `.ts` files below a folder, by their paths from src/. */
const treeOf = (folder: string): Tree =>
  new Map(
    readdirSync(here + folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
      .map((file) => [posix.relative('../src', file), readFileSync(here + file, 'utf8')]),
  );
const house = treeOf('../src');

describe('the house', () => {
  test('every file is in a folder with an import rule', () => {
    expect([...house.keys()].filter((file) => !ALLOWED[room(file)])).toEqual([]);
  });
  test('imports go one way, and the pure folders import no package', () => {
    expect(wrongDirections(house)).toEqual([]);
  });
  test('imports have no cycle', () => {
    expect(cycles(house)).toEqual([]);
  });
  test('each package is imported in one folder', () => {
    const names = sharedPackages(house).filter(
      (text) => !Object.hasOwn(SHARED_PACKAGES, text.split(':')[0]!),
    );
    expect(names).toEqual([]);
  });
  test('the pure folders use no clock, timer or process, and only cli/ uses the command line', () => {
    expect(forbiddenGlobals(house)).toEqual([]);
  });
  test('a dynamic import names its file', () => {
    expect([...house].filter(([, text]) => /\bimport\((?!')/.test(text)).map(([file]) => file)).toEqual([]);
  });
  test('a hint is a sentence', () => {
    expect([...house].flatMap(([file, text]) => looseHints(text).map((hint) => `${file}: ${hint}`))).toEqual(
      [],
    );
  });
  test('what is exported is imported somewhere', () => {
    expect(deadExports(house, treeOf('../test'))).toEqual([]);
  });
  test('no file has more than 250 lines', () => {
    expect([...house].filter(([, text]) => text.split('\n').length > 251).map(([file]) => file)).toEqual([]);
  });
  test('no folder has more than 15 files directly in it', () => {
    expect(crowded(house, 15)).toEqual([]);
  });
  test.each(['cli', 'sinks/lake'])('fewer than 60 pairs of rooms in %s import each other', (folder) => {
    expect(arrows(house, folder).size).toBeGreaterThan(0);
    expect(arrows(house, folder).size).toBeLessThan(60);
  });
  test('a file of fewer than 20 lines has several readers, or a reason to stay', () => {
    expect(smallWithOneReader(house).filter((file) => !Object.hasOwn(STAYS_SMALL, file))).toEqual([]);
  });
  test('no file imports one of its own name', () => {
    expect(namesakes(house).filter((pair) => !STILL_NAMESAKES.has(pair))).toEqual([]);
  });
  test('an exported name is unique, or stands for the same concept everywhere', () => {
    const isKnown = (name: string) => Object.hasOwn(SAME_CONCEPT, name) || STILL_SHARED.has(name);
    const unknown = sharedNames(house).filter(([name]) => !isKnown(name));
    expect(unknown.map(([name, files]) => `${name}: ${files.join(', ')}`)).toEqual([]);
  });
});

describe('these checks see', () => {
  const tree = (files: Record<string, string>): Tree => new Map(Object.entries(files));

  test.each([
    ['core/a.ts', `import { b } from '../market/b.ts';`, 'market/b.ts'],
    ['core/a.ts', `import type { b } from '../market/b.ts';`, 'market/b.ts'],
    ['market/a.ts', `export {\n  type One,\n  two,\n} from '../log/log.ts';`, 'log/log.ts'],
    ['processors/a.ts', `export * from '../runtime/b.ts';`, 'runtime/b.ts'],
    ['runtime/a.ts', `const b = await import('../log/local/b.ts');`, 'log/local/b.ts'],
    ['sources/a.ts', `type B = import('../sinks/b.ts').B;`, 'sinks/b.ts'],
    ['log/local/a.ts', `import '../../runtime/b.ts';`, 'runtime/b.ts'],
    ['log/log.ts', `import { b } from './local/b.ts';`, 'log/local/b.ts'],
    ['core/a.ts', `import { readFileSync } from 'node:fs';`, 'node:fs'],
    ['processors/a.ts', `import { open } from 'lmdb';`, 'lmdb'],
  ])('the check finds an import in a wrong direction: %s: %s', (file, text, target) => {
    expect(wrongDirections(tree({ [file]: text, [target]: '' }))).toEqual([`${file} imports ${target}`]);
  });

  test('the check accepts an import in an allowed direction', () => {
    const text = `import { a } from './b.ts';\nimport words from './words.txt';\nimport { c } from '../core/c.ts';`;
    expect(wrongDirections(tree({ 'market/a.ts': text, 'market/b.ts': '', 'core/c.ts': '' }))).toEqual([]);
  });

  test('the check finds a cycle of imports', () => {
    const files = {
      'core/a.ts': `import './b.ts';`,
      'core/b.ts': `import './c.ts';`,
      'core/c.ts': `import './b.ts';`,
    };
    expect(cycles(tree(files))).toEqual(['core/b.ts -> core/c.ts -> core/b.ts']);
  });

  test('the check finds a package that two folders import', () => {
    const files = { 'sinks/lake/a.ts': `import '@a/b/c';`, 'sinks/d.ts': `import '@a/b';` };
    expect(sharedPackages(tree(files))).toEqual(['@a/b: sinks/lake,sinks']);
  });

  test.each([
    ['Date.now()'],
    ['new Date()'],
    ['new Date'],
    ['Date()'],
    ['const { now } = Date'],
    ['Math.random()'],
    ['setTimeout(() => 1, 2)'],
    ['process.pid'],
    ['globalThis.Date'],
    ['fetch("/")'],
  ])('the check finds a use of the clock, of chance or of the process in core/: %s', (text) => {
    expect(forbiddenGlobals(tree({ 'core/a.ts': text }))).not.toEqual([]);
  });

  test('the check ignores names of globals in local names, texts, comments and types', () => {
    const text = `// Date.now()\nexport const f = (process: Date) => [process, 'Math.random()', new Date(1), Math.max(1, 2)];`;
    expect(forbiddenGlobals(tree({ 'core/a.ts': text }))).toEqual([]);
  });

  test('the check finds an export that no other file uses', () => {
    const files = {
      'core/a.ts': `export const one = 1;\nexport const two = one;\nexport type C = 1;\nexport type D = 1;\ntype E = D;`,
      'core/b.ts': `import { two } from './a.ts';`,
    };
    expect(deadExports(tree(files), new Map())).toEqual(['core/a.ts exports one', 'core/a.ts exports C']);
    const reader = new Map([
      ['../test/core/a.test.ts', `import { one, type C } from '../../src/core/a.ts';`],
    ]);
    expect(deadExports(tree(files), reader)).toEqual([]);
  });

  test('the check lists imports between subfolders, each pair once', () => {
    const files = {
      'cli/a.ts': `import './b/c.ts';\nimport './b/d.ts';\nimport '../core/e.ts';`,
      'cli/b/c.ts': `import './d.ts';\nimport '../f.ts';`,
    };
    expect([...arrows(tree(files), 'cli')]).toEqual(['a.ts -> b', 'b -> f.ts']);
  });

  test('the check finds a crowded folder, a small file with one reader, and namesakes', () => {
    const files = {
      'core/a.ts': `import '../market/a.ts';\nimport './b.ts';`,
      'core/b.ts': '',
      'market/a.ts': `import '../log/c.ts';\n${'\n'.repeat(20)}x`,
      'market/d.ts': `import '../log/c.ts';`,
      'log/c.ts': '',
    };
    expect(crowded(tree(files), 1)).toEqual(['core: 2 files', 'market: 2 files']);
    expect(smallWithOneReader(tree(files))).toEqual(['core/b.ts']);
    expect(namesakes(tree(files))).toEqual(['core/a.ts -> market/a.ts']);
  });

  test('the check finds a name that two files export', () => {
    const files = {
      'core/a.ts': 'export type A = 1;\nexport const b = 1;',
      'core/c.ts': 'export interface A {}',
    };
    expect(sharedNames(tree(files))).toEqual([['A', ['core/a.ts', 'core/c.ts']]]);
  });

  test('the check finds a hint that does not begin with a capital or end with a full stop', () => {
    const made = (hint: string) => `new UserError('usage', \`it's (\${a}, b)\`, ${hint}, true)`;
    expect(
      [`'do it.'`, `'Do it'`, `'Do it.'`, `"Don't."`].filter((text) => looseHints(made(text)).length > 0),
    ).toEqual([`'do it.'`, `'Do it'`]);
  });

  test('the check finds a use of the command line outside cli/', () => {
    expect(forbiddenGlobals(tree({ 'sinks/a.ts': 'process.stdout.write("a")' }))).toHaveLength(1);
    expect(forbiddenGlobals(tree({ 'log/local/a.ts': 'process.kill(process.pid, 0)' }))).toEqual([]);
    expect(forbiddenGlobals(tree({ 'cli/a.ts': 'process.stdout.write("a")' }))).toEqual([]);
  });
});
