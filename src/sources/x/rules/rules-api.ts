import { UserError } from '../../../core/errors.ts';
import { type Json, objectsOf } from '../../../core/util/json.ts';
import { type Answer, get, post, type Reach } from '../api/client.ts';
import { readSaid, words, XApiError } from '../api/error.ts';
import type { Rule, StandingRule } from './rule.ts';

const PATH = 'tweets/search/stream/rules';
const PAGE = 1000;
/** Rules in one request; keeps its body below 128 kB at the longest rules. */
const AT_ONCE = 100;

/** A rule that X does not take, in its own words. */
export interface Refused {
  readonly value: string;
  readonly why: string;
}

export interface Listed {
  readonly rules: readonly StandingRule[];
  /** The last page as it came, for its headers. */
  readonly answer: Answer;
}

/** The rules of the app at X. Every call throws Trouble, or Problem when no more rules fit in. */
export interface RulesApi {
  list(): Promise<Listed>;
  /** Adds rules, or looks whether they could be; what X has already counts as added. */
  add(rules: readonly Rule[], dryRun: boolean): Promise<readonly Refused[]>;
  /** Deletes rules; X's words where it did not delete all of a request. Some of them may have been gone before. */
  remove(ids: readonly string[]): Promise<readonly string[]>;
}

const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

function* groups<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += AT_ONCE) yield all.slice(start, start + AT_ONCE);
}

const capProblem = (why: string): UserError =>
  new UserError(
    'usage',
    `no more rules fit into this app's plan (${why})`,
    'Ask for fewer with --coin and --rule, or free room with --replace-rules, which deletes every rule that is not asked for.',
  );

/** What X did not add of a request, duplicates left out: they are there already. Throws Problem when it is full. */
function refusedOf(body: Json): Refused[] {
  const refused: Refused[] = [];
  for (const error of objectsOf(body.errors)) {
    const { title = '', type = '', detail } = readSaid(error);
    if (type === 'duplicate-rules' || title === 'DuplicateRule') continue;
    const details = Array.isArray(error.details) ? error.details.map(asText).join('; ') : detail;
    if (type === 'rule-cap') throw capProblem(details ?? title);
    refused.push({ value: asText(error.value), why: details || title || 'refused without a word' });
  }
  return refused;
}

/** A rule that is not deleted is no HTTP error: the answer says so. */
function isDone({ errors, meta }: Json): boolean {
  const { summary } = (meta ?? {}) as { summary?: { not_deleted?: unknown } };
  return objectsOf(errors).length === 0 && !(Number(summary?.not_deleted) > 0);
}

export function rulesApi(reach: Reach, token: string): RulesApi {
  return {
    async list() {
      const rules: StandingRule[] = [];
      for (let page: string | undefined; ; ) {
        const answer = await get(reach, token, PATH, {
          max_results: PAGE,
          ...(page === undefined ? {} : { pagination_token: page }),
        });
        const { data, meta } = (answer.body ?? {}) as { data?: unknown; meta?: { next_token?: unknown } };
        for (const rule of objectsOf(data))
          rules.push({ id: asText(rule.id), value: asText(rule.value), tag: asText(rule.tag) });
        const next = asText(meta?.next_token);
        if (next === '' || next === page) return { rules, answer };
        page = next;
      }
    },
    async add(rules, dryRun) {
      const refused: Refused[] = [];
      for (const group of groups(rules))
        try {
          const add = group.map(({ value, tag }) => ({ value, tag }));
          const { body } = await post(reach, token, PATH, dryRun ? { dry_run: true } : {}, { add });
          refused.push(...refusedOf((body ?? {}) as Json));
        } catch (error) {
          if (error instanceof XApiError && error.said.type === 'rule-cap') throw capProblem(error.message);
          throw error;
        }
      return refused;
    },
    async remove(ids) {
      const said: string[] = [];
      for (const group of groups(ids)) {
        const { body } = await post(reach, token, PATH, {}, { delete: { ids: group } });
        if (!isDone((body ?? {}) as Json)) said.push(words(body));
      }
      return said;
    },
  };
}
