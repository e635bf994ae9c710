import { createHash } from 'node:crypto';
import { type Rule, type StandingRule, sameRule } from './rule.ts';

/** What is to be done so that X has the rules that are asked for. */
export interface Plan {
  readonly add: readonly Rule[];
  readonly remove: readonly StandingRule[];
  /** Stay as they are, asked for or not ours. */
  readonly keep: readonly StandingRule[];
  /** Of `keep`: somebody else's, which nobody asked for here. */
  readonly foreign: readonly StandingRule[];
  /** Asked for, but somebody else has the same value with another tag, which X does not allow twice. */
  readonly taken: readonly { readonly wanted: Rule; readonly by: StandingRule }[];
}

/**
 * A rule's mark among our own. X gives rules no owner, and a tag must stay the subject's name, so what we asked for is
 * remembered with the log (mark `x-rules`) by tag and value, before it is added: a run that is killed in between
 * knows its rules all the same.
 */
export const fingerprint = ({ tag, value }: Rule): string =>
  createHash('sha256').update(`${tag}\n${value}`).digest('base64url').slice(0, 16);

/** `owned`: fingerprints of what earlier runs asked for. Pure; a plan that is carried out plans nothing more. */
export function planRules(
  wanted: readonly Rule[],
  standing: readonly StandingRule[],
  owned: ReadonlySet<string>,
  replace: boolean,
): Plan {
  const isWanted = (rule: Rule) => wanted.some((other) => sameRule(rule, other));
  const isOurs = (rule: Rule) => replace || owned.has(fingerprint(rule));
  const remove = standing.filter((rule) => !isWanted(rule) && isOurs(rule));
  const keep = standing.filter((rule) => !remove.includes(rule));
  const missing = wanted.filter((rule) => !keep.some((other) => sameRule(rule, other)));
  const taken = missing.flatMap((rule) => {
    const by = keep.find(({ value }) => value === rule.value);
    return by === undefined ? [] : [{ wanted: rule, by }];
  });
  const add = missing.filter((rule) => !taken.some((one) => one.wanted === rule));
  return { add, remove, keep, foreign: keep.filter((rule) => !isWanted(rule)), taken };
}

/** A set of fingerprints; where it is lost, rules of ours look foreign and stay. */
export const OWNED_MARK = 'x-rules';
