import { UserError } from '../../../core/errors.ts';
import { type Json, objectsOf } from '../../../core/util/json.ts';
import { describeBody, readErrorFields, XApiError } from '../api/error.ts';
import { type Answer, type Endpoint, get, post } from '../api/x-client.ts';
import type { ActiveRule, Rule } from './rule.ts';

const PATH = 'tweets/search/stream/rules';
const PAGE = 1000;
/** Rules per request; keeps the body below 128 kB even with the longest rules. */
const AT_ONCE = 100;

/** A rule that X rejected, with X's reason. */
export interface Refused {
  readonly value: string;
  readonly why: string;
}

export interface Listed {
  readonly rules: readonly ActiveRule[];
  /** The last page, for its headers. */
  readonly answer: Answer;
}

/** The rules of the app at X. Every call throws XApiError, or UserError when the rule limit is reached. */
export interface RulesApi {
  list(): Promise<Listed>;
  /** Adds rules, or only validates them; existing duplicates count as added. */
  add(rules: readonly Rule[], dryRun: boolean): Promise<readonly Refused[]>;
  /** Deletes rules. Returns X's reasons for incomplete requests; their rules may not have existed. */
  remove(ids: readonly string[]): Promise<readonly string[]>;
}

const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

function* groups<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += AT_ONCE) yield all.slice(start, start + AT_ONCE);
}

const capError = (why: string): UserError =>
  new UserError(
    'usage',
    `this app has reached the rule limit of its plan (${why})`,
    'Request fewer with --coin and --rule, or use --replace-rules, which deletes every rule that you did not request.',
  );

/** The rules that X did not add, except duplicates, which exist already. Throws UserError at the rule limit. */
function refusedOf(body: Json): Refused[] {
  const refused: Refused[] = [];
  for (const error of objectsOf(body.errors)) {
    const { title = '', type = '', detail } = readErrorFields(error);
    if (type === 'duplicate-rules' || title === 'DuplicateRule') continue;
    const details = Array.isArray(error.details) ? error.details.map(asText).join('; ') : detail;
    if (type === 'rule-cap') throw capError(details ?? title);
    refused.push({ value: asText(error.value), why: details || title || 'rejected without a reason' });
  }
  return refused;
}

/** X reports an undeleted rule in the response body, not as an HTTP error. */
function isDone({ errors, meta }: Json): boolean {
  const { summary } = (meta ?? {}) as { summary?: { not_deleted?: unknown } };
  return objectsOf(errors).length === 0 && !(Number(summary?.not_deleted) > 0);
}

export function rulesApi(endpoint: Endpoint, token: string): RulesApi {
  return {
    async list() {
      const rules: ActiveRule[] = [];
      for (let page: string | undefined; ; ) {
        const answer = await get(endpoint, token, PATH, {
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
          const { body } = await post(endpoint, token, PATH, dryRun ? { dry_run: true } : {}, { add });
          refused.push(...refusedOf((body ?? {}) as Json));
        } catch (error) {
          if (error instanceof XApiError && error.fields.type === 'rule-cap') throw capError(error.message);
          throw error;
        }
      return refused;
    },
    async remove(ids) {
      const failures: string[] = [];
      for (const group of groups(ids)) {
        const { body } = await post(endpoint, token, PATH, {}, { delete: { ids: group } });
        if (!isDone((body ?? {}) as Json)) failures.push(describeBody(body));
      }
      return failures;
    },
  };
}
