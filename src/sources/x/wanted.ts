import { readFile } from 'node:fs/promises';
import type { Settings } from '../../core/option.ts';
import { Problem } from '../../core/problem.ts';
import { readingProblem } from '../../core/reading-problem.ts';
import type { xOptions } from './options.ts';
import { coinRule, type Rule, readRules, sameRule } from './rule.ts';

async function rulesIn(path: string): Promise<Rule[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw readingProblem(`--rules-file ${path}`, cause);
  });
  const rules = readRules(text);
  if (rules.length === 0)
    throw new Problem('usage', `--rules-file ${path}: holds no rule`, 'Write one a line, `tag: value`.');
  return rules;
}

/** The rules that the settings ask for; none: those at X are used as they are. Throws Problem `usage`. */
export async function wantedRules(settings: Settings<typeof xOptions>): Promise<Rule[]> {
  if (settings.sampleStream) return [];
  const all = [
    ...settings.coins.map(coinRule),
    ...settings.rules,
    ...(settings.rulesFile === undefined ? [] : await rulesIn(settings.rulesFile)),
  ];
  const rules = all.filter((rule, index) => all.findIndex((other) => sameRule(rule, other)) === index);
  const twice = rules.filter((rule, index) => rules.findIndex(({ value }) => value === rule.value) !== index);
  if (twice.length > 0)
    throw new Problem(
      'usage',
      twice
        .map(({ value }) => `the rule ${value} is given with two tags; X knows a rule by its value`)
        .join('\n'),
      'Keep one tag for it.',
    );
  return rules;
}
