import { UserError } from '../../../core/errors.ts';
import { counted } from '../../../core/text/numbers.ts';
import { type Chunk, durably, type SourceContext } from '../../source.ts';
import { persist } from '../api/retry.ts';
import { readSet, writeSet } from '../stream/position.ts';
import { fingerprint, OWNED_MARK, type Plan, planRules } from './reconcile.ts';
import { type Rule, type StandingRule, showRule } from './rule.ts';
import type { Refused, RulesApi } from './rules-api.ts';

const told = (refused: readonly Refused[]): string =>
  refused.map(({ value, why }) => `X does not take the rule ${value}: ${why}`).join('\n');

const refusedProblem = (refused: readonly Refused[]): UserError =>
  new UserError('usage', told(refused), 'Mend these rules; nothing was changed at X.');

const noRules = (): UserError =>
  new UserError(
    'usage',
    'no rules are asked for, and the app has none at X: the stream would be empty',
    "Say what to follow: --coin btc,eth, --rule 'tag=value' or --rules-file PATH.",
  );

/** Asks X what it would say. That there is no room does not count while room is going to be made. */
async function tryOut({ add, remove }: Plan, api: RulesApi): Promise<readonly Refused[]> {
  try {
    return await api.add(add, true);
  } catch (error) {
    if (error instanceof UserError && remove.length > 0) return [];
    throw error;
  }
}

/** What is at X and what is to be done; the rules to add were tried, and nothing changed. Undefined when asked to stop. */
async function plan(wanted: readonly Rule[], replace: boolean, api: RulesApi, context: SourceContext) {
  const owned = readSet(await context.position(OWNED_MARK));
  const listed = await persist(context, api.list);
  if (listed === undefined) return undefined;
  const { rules } = listed;
  if (wanted.length === 0) {
    if (rules.length === 0) throw noRules();
    const nothing: Plan = { add: [], remove: [], keep: rules, foreign: [], taken: [] };
    return { owned, ...nothing };
  }
  const found = planRules(wanted, rules, owned, replace);
  if (found.add.length > 0) {
    const refused = await persist(context, () => tryOut(found, api));
    if (refused === undefined) return undefined;
    if (refused.length > 0) throw refusedProblem(refused);
  }
  return { owned, ...found };
}

function say({ foreign, taken }: Plan, { info, warn }: SourceContext): void {
  for (const { wanted, by } of taken)
    warn(
      `X has the rule ${wanted.value} already, with the tag '${by.tag}' and not from here: its posts carry that tag, not '${wanted.tag}'; --replace-rules puts ours in its place`,
    );
  if (foreign.length > 0)
    info(
      `X: ${counted(foreign.length, 'other rule of this app stays and brings', 'other rules of this app stay and bring')} posts too; --replace-rules deletes what is not asked for`,
    );
}

/** `--dry-run`: what would be added, deleted and kept, a line each. */
export async function showPlan(
  wanted: readonly Rule[],
  replace: boolean,
  api: RulesApi,
  context: SourceContext,
): Promise<void> {
  const found = await plan(wanted, replace, api, context);
  if (found === undefined) return;
  for (const rule of found.add) context.print(`+ ${showRule(rule)}`);
  for (const rule of found.remove) context.print(`- ${showRule(rule)}`);
  for (const rule of found.keep) context.print(`= ${showRule(rule)}`);
  say(found, context);
}

/** Deletes rules. Returns those that X has kept all the same, undefined when asked to stop. */
async function deleteRules(
  remove: readonly StandingRule[],
  api: RulesApi,
  context: SourceContext,
): Promise<readonly StandingRule[] | undefined> {
  if (remove.length === 0) return [];
  const said = await persist(context, () => api.remove(remove.map(({ id }) => id)));
  if (said === undefined || said.length === 0) return said && [];
  const listed = await persist(context, api.list);
  if (listed === undefined) return undefined;
  const kept = remove.filter(({ id }) => listed.rules.some((rule) => rule.id === id));
  if (kept.length > 0)
    context.warn(
      `X did not delete these rules (${said.join('; ')}), so they go on bringing posts; the next start tries again: ${kept.map(showRule).join(', ')}`,
    );
  return kept;
}

/**
 * Makes the rules at X what is asked for; what stands there already is not touched, so a second start changes nothing.
 * Returns the rules in force, undefined when the source was asked to stop.
 */
export async function* syncRules(
  wanted: readonly Rule[],
  replace: boolean,
  api: RulesApi,
  context: SourceContext,
): AsyncGenerator<Chunk, readonly Rule[] | undefined> {
  const found = await plan(wanted, replace, api, context);
  if (found === undefined) return undefined;
  const { owned, add, remove, keep } = found;
  if (wanted.length === 0) return keep;
  say(found, context);
  const remembered = (own: Iterable<string>): Chunk => ({
    records: [],
    position: { name: OWNED_MARK, value: writeSet(own) },
  });
  const wantedPrints = wanted.map(fingerprint);
  if (wantedPrints.some((print) => !owned.has(print)))
    yield* durably(remembered(new Set([...owned, ...wantedPrints])));
  // Deleted first: a rule that got another tag has the same value, and the plan may have room for no more.
  const undeleted = await deleteRules(remove, api, context);
  if (undeleted === undefined) return undefined;
  const standing = [...keep, ...undeleted];
  const added = add.filter(({ value }) => !undeleted.some((rule) => rule.value === value));
  if (added.length > 0) {
    const refused = await persist(context, () => api.add(added, false));
    if (refused === undefined) return undefined;
    if (refused.length > 0) throw refusedProblem(refused);
  }
  if (add.length + remove.length > 0)
    context.info(
      `X: ${counted(added.length, 'rule')} added, ${remove.length - undeleted.length} deleted, ${standing.length} as they were`,
    );
  const prints = new Set([...wantedPrints, ...undeleted.map(fingerprint).filter((one) => owned.has(one))]);
  if ([...owned].some((print) => !prints.has(print))) yield remembered(prints);
  return [...added, ...standing];
}

/** Puts rules that have vanished from X back, whoever deleted them. What fails is tried again with the stream. */
export async function repairRules(
  wanted: readonly Rule[],
  api: RulesApi,
  { info, warn }: SourceContext,
): Promise<void> {
  try {
    const { rules } = await api.list();
    const { add } = planRules(wanted, rules, new Set(), false);
    if (add.length === 0) return;
    const refused = await api.add(add, false);
    if (refused.length > 0) warn(told(refused));
    const added = add.length - refused.length;
    if (added > 0)
      info(`X: ${counted(added, 'rule had vanished and was', 'rules had vanished and were')} added again`);
  } catch (error) {
    warn(`X: its rules could not be looked after (${(error as Error).message})`);
  }
}
