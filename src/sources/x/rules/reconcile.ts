import { createHash } from 'node:crypto';
import { type ActiveRule, type Rule, sameRule } from './rule.ts';

/** The changes that make the rules on X match the requested ones. */
export interface Plan {
  readonly add: readonly Rule[];
  readonly remove: readonly ActiveRule[];
  /** Unchanged: requested, or not ours. */
  readonly keep: readonly ActiveRule[];
  /** Part of `keep`: added elsewhere and not requested. */
  readonly foreign: readonly ActiveRule[];
  /** Requested, but X already has the value under a tag added elsewhere; X allows each value once. */
  readonly taken: readonly { readonly requested: Rule; readonly by: ActiveRule }[];
}

/**
 * Identifies a rule of ours. Rules on X have no owner, and the tag must stay the subject's name, so position `x-rules`
 * stores a hash of tag and value before the rule is added. A run killed in between still recognizes its rules.
 */
export const fingerprint = ({ tag, value }: Rule): string =>
  createHash('sha256').update(`${tag}\n${value}`).digest('base64url').slice(0, 16);

/** `owned`: fingerprints of the rules that earlier runs requested. Idempotent: planning after a sync changes nothing. */
export function planRules(
  requested: readonly Rule[],
  active: readonly ActiveRule[],
  owned: ReadonlySet<string>,
  replace: boolean,
): Plan {
  const isRequested = (rule: Rule) => requested.some((other) => sameRule(rule, other));
  const isOurs = (rule: Rule) => replace || owned.has(fingerprint(rule));
  const remove = active.filter((rule) => !isRequested(rule) && isOurs(rule));
  const keep = active.filter((rule) => !remove.includes(rule));
  const missing = requested.filter((rule) => !keep.some((other) => sameRule(rule, other)));
  const taken = missing.flatMap((rule) => {
    const by = keep.find(({ value }) => value === rule.value);
    return by === undefined ? [] : [{ requested: rule, by }];
  });
  const add = missing.filter((rule) => !taken.some((one) => one.requested === rule));
  return { add, remove, keep, foreign: keep.filter((rule) => !isRequested(rule)), taken };
}

/** Position of the fingerprints. If it is lost, our rules look foreign and stay. */
export const OWNED_RULES = 'x-rules';
