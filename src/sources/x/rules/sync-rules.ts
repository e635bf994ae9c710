import { UserError } from '../../../core/errors.ts';
import { counted } from '../../../core/text/numbers.ts';
import { type Chunk, durably, type SourceContext } from '../../source.ts';
import { retryCall } from '../api/retry.ts';
import { formatSet, parseSet } from '../stream/position.ts';
import { fingerprint, OWNED_RULES, type Plan, planRules } from './reconcile.ts';
import { type ActiveRule, type Rule, showRule } from './rule.ts';
import type { Refused, RulesApi } from './rules-api.ts';

const describeRefused = (refused: readonly Refused[]): string =>
  refused.map(({ value, why }) => `X rejected the rule ${value}: ${why}`).join('\n');

const refusedError = (refused: readonly Refused[]): UserError =>
  new UserError('usage', describeRefused(refused), 'Fix these rules. Nothing was changed on X.');

const noRules = (): UserError =>
  new UserError(
    'usage',
    'no rules were given, and the app has none on X: the stream would be empty',
    "Choose what to follow: --coin btc,eth, --rule 'tag=value' or --rules-file PATH.",
  );

/** Validates the rules to add. Ignores a full rule set when the plan also deletes rules. */
async function validate({ add, remove }: Plan, api: RulesApi): Promise<readonly Refused[]> {
  try {
    return await api.add(add, true);
  } catch (error) {
    if (error instanceof UserError && remove.length > 0) return [];
    throw error;
  }
}

/** Compares the rules on X with the requested ones and validates additions; changes nothing. Undefined when stopping. */
async function plan(requested: readonly Rule[], replace: boolean, api: RulesApi, context: SourceContext) {
  const owned = parseSet(await context.position(OWNED_RULES));
  const listed = await retryCall(context, api.list);
  if (listed === undefined) return undefined;
  const { rules } = listed;
  if (requested.length === 0) {
    if (rules.length === 0) throw noRules();
    const nothing: Plan = { add: [], remove: [], keep: rules, foreign: [], taken: [] };
    return { owned, ...nothing };
  }
  const found = planRules(requested, rules, owned, replace);
  if (found.add.length > 0) {
    const refused = await retryCall(context, () => validate(found, api));
    if (refused === undefined) return undefined;
    if (refused.length > 0) throw refusedError(refused);
  }
  return { owned, ...found };
}

function logConflicts({ foreign, taken }: Plan, { info, warn }: SourceContext): void {
  for (const { requested, by } of taken)
    warn(
      `X already has the rule ${requested.value}, added elsewhere with the tag '${by.tag}': its posts carry that tag, not '${requested.tag}'; --replace-rules replaces it`,
    );
  if (foreign.length > 0)
    info(
      `X: ${counted(foreign.length, 'other rule of this app stays and delivers', 'other rules of this app stay and deliver')} posts too; --replace-rules deletes rules that you did not request`,
    );
}

/** `--dry-run`: prints the rules to add, delete and keep, one per line. */
export async function showPlan(
  requested: readonly Rule[],
  replace: boolean,
  api: RulesApi,
  context: SourceContext,
): Promise<void> {
  const found = await plan(requested, replace, api, context);
  if (found === undefined) return;
  for (const rule of found.add) context.print(`+ ${showRule(rule)}`);
  for (const rule of found.remove) context.print(`- ${showRule(rule)}`);
  for (const rule of found.keep) context.print(`= ${showRule(rule)}`);
  logConflicts(found, context);
}

/** Deletes rules. Returns those that X kept anyway, undefined when stopping. */
async function deleteRules(
  remove: readonly ActiveRule[],
  api: RulesApi,
  context: SourceContext,
): Promise<readonly ActiveRule[] | undefined> {
  if (remove.length === 0) return [];
  const failures = await retryCall(context, () => api.remove(remove.map(({ id }) => id)));
  if (failures === undefined || failures.length === 0) return failures && [];
  const listed = await retryCall(context, api.list);
  if (listed === undefined) return undefined;
  const kept = remove.filter(({ id }) => listed.rules.some((rule) => rule.id === id));
  if (kept.length > 0)
    context.warn(
      `X did not delete these rules (${failures.join('; ')}), so they keep delivering posts; the next start tries again: ${kept.map(showRule).join(', ')}`,
    );
  return kept;
}

/**
 * Makes the rules on X match the requested ones. Existing matches stay untouched, so a second start changes nothing.
 * Returns the active rules, undefined when stopping.
 */
export async function* syncRules(
  requested: readonly Rule[],
  replace: boolean,
  api: RulesApi,
  context: SourceContext,
): AsyncGenerator<Chunk, readonly Rule[] | undefined> {
  const found = await plan(requested, replace, api, context);
  if (found === undefined) return undefined;
  const { owned, add, remove, keep } = found;
  if (requested.length === 0) return keep;
  logConflicts(found, context);
  const ownedChunk = (own: Iterable<string>): Chunk => ({
    records: [],
    position: { name: OWNED_RULES, value: formatSet(own) },
  });
  const requestedPrints = requested.map(fingerprint);
  if (requestedPrints.some((print) => !owned.has(print)))
    yield* durably(ownedChunk(new Set([...owned, ...requestedPrints])));
  // Deletes first: a rule with a new tag has the same value, and the plan may have no room for more rules.
  const undeleted = await deleteRules(remove, api, context);
  if (undeleted === undefined) return undefined;
  const active = [...keep, ...undeleted];
  const added = add.filter(({ value }) => !undeleted.some((rule) => rule.value === value));
  if (added.length > 0) {
    const refused = await retryCall(context, () => api.add(added, false));
    if (refused === undefined) return undefined;
    if (refused.length > 0) throw refusedError(refused);
  }
  if (add.length + remove.length > 0)
    context.info(
      `X: ${counted(added.length, 'rule')} added, ${remove.length - undeleted.length} deleted, ${active.length} unchanged`,
    );
  const prints = new Set([...requestedPrints, ...undeleted.map(fingerprint).filter((one) => owned.has(one))]);
  if ([...owned].some((print) => !prints.has(print))) yield ownedChunk(prints);
  return [...added, ...active];
}

/** Adds back requested rules that were deleted from X. The stream's next retry repeats a failed repair. */
export async function repairRules(
  requested: readonly Rule[],
  api: RulesApi,
  { info, warn }: SourceContext,
): Promise<void> {
  try {
    const { rules } = await api.list();
    const { add } = planRules(requested, rules, new Set(), false);
    if (add.length === 0) return;
    const refused = await api.add(add, false);
    if (refused.length > 0) warn(describeRefused(refused));
    const added = add.length - refused.length;
    if (added > 0) info(`X: ${counted(added, 'missing rule was', 'missing rules were')} added again`);
  } catch (error) {
    warn(`X: the rules could not be repaired (${(error as Error).message})`);
  }
}
