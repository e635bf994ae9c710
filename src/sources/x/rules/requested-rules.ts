import { UserError } from '../../../core/errors.ts';
import type { Settings } from '../../../core/option.ts';
import { fileReadError } from '../../../core/text/file-read-error.ts';
import { readSettingsFile } from '../../shared/settings-file.ts';
import type { xOptions } from '../x-options.ts';
import { coinRule, type Rule, readRules, sameRule } from './rule.ts';

function textOf(path: string): string {
  try {
    return readSettingsFile(path);
  } catch (cause) {
    throw fileReadError(`--rules-file ${path}`, cause);
  }
}

function rulesIn(path: string): Rule[] {
  const rules = readRules(textOf(path));
  if (rules.length === 0)
    throw new UserError(
      'usage',
      `--rules-file ${path}: contains no rule`,
      'Write one rule per line, as `tag: value`.',
    );
  return rules;
}

/** The rules that the settings request. None: the stream uses the existing rules on X. Throws UserError `usage`. */
export async function requestedRules(settings: Settings<typeof xOptions>): Promise<Rule[]> {
  if (settings.sampleStream) return [];
  const all = [
    ...settings.coins.map(coinRule),
    ...settings.rules,
    ...(settings.rulesFile === undefined ? [] : rulesIn(settings.rulesFile)),
  ];
  const rules = all.filter((rule, index) => all.findIndex((other) => sameRule(rule, other)) === index);
  const twice = rules.filter((rule, index) => rules.findIndex(({ value }) => value === rule.value) !== index);
  if (twice.length > 0)
    throw new UserError(
      'usage',
      twice.map(({ value }) => `the rule ${value} has two tags; X identifies a rule by its value`).join('\n'),
      'Keep one of the tags.',
    );
  return rules;
}
