export interface StubRule {
  readonly id: string;
  readonly value: string;
  readonly tag?: string;
}

interface Limits {
  readonly cap: number;
  readonly length: number;
}

const type = (name: string) => `https://api.twitter.com/2/problems/${name}`;

/** Operators that only narrow a rule, so that they cannot stand alone. */
const NARROWS = /^-?(?:lang|is|has|sample):/;

/** X's error message for a rule; undefined for a valid one. */
function complaint(value: string, { length }: Limits): string | undefined {
  if (value.length > length)
    return `Rule is too long: ${value.length} of ${length} characters (at position 1)`;
  if ((value.match(/"/g) ?? []).length % 2 === 1) return 'missing closing quote (at position 1)';
  const bare = value.replace(/"[^"]*"/g, '_');
  let depth = 0;
  for (const sign of bare.replace(/[^()]/g, '')) {
    depth += sign === '(' ? 1 : -1;
    if (depth < 0) break;
  }
  if (depth !== 0) return "mismatched input '(' or ')' (at position 1)";
  const terms = bare
    .replace(/[()]/g, ' ')
    .split(/\s+/)
    .filter((term) => term !== '' && term !== 'OR');
  if (terms.every((term) => term.startsWith('-')))
    return 'Rules must contain a non-negation term (at position 1)';
  if (terms.every((term) => NARROWS.test(term))) return 'Rules must contain at least one standalone operator';
  if (terms.includes('&')) return "no viable alternative at character '&' (at position 1)";
  return undefined;
}

/** The rules of the stub's app. */
export class RuleBook {
  rules: StubRule[] = [];
  /** Values of rules that cannot be deleted. */
  readonly stuck = new Set<string>();
  /** Values that are no longer accepted, with X's error message. */
  readonly banned = new Map<string, string>();
  #next = 2_028_032_492_958_646_273n;

  constructor(readonly limits: Limits) {}

  add(value: string, tag?: string): StubRule {
    const rule = { id: String(this.#next++), value, ...(tag === undefined ? {} : { tag }) };
    this.rules.push(rule);
    return rule;
  }

  #addAll(wanted: readonly { value?: string; tag?: string }[], dryRun: boolean) {
    const before = this.rules;
    const data: StubRule[] = [];
    const errors: object[] = [];
    this.rules = [...before];
    for (const { value = '', tag } of wanted) {
      const twin = this.rules.find((rule) => rule.value === value);
      const why = this.banned.get(value) ?? complaint(value, this.limits);
      if (twin !== undefined)
        errors.push({ value, id: twin.id, title: 'DuplicateRule', type: type('duplicate-rules') });
      else if (why !== undefined)
        errors.push({ value, details: [why], title: 'UnprocessableEntity', type: type('invalid-rules') });
      else if (this.rules.length >= this.limits.cap)
        errors.push({
          value,
          detail: `The cap of ${this.limits.cap} rules is reached`,
          title: 'RuleCapExceeded',
          type: type('rule-cap'),
        });
      else data.push(this.add(value, tag));
    }
    if (dryRun) this.rules = before;
    const summary = {
      created: data.length,
      not_created: errors.length,
      valid: data.length,
      invalid: errors.length,
    };
    return {
      ...(data.length > 0 && { data }),
      meta: { sent: SENT, summary },
      ...(errors.length > 0 && { errors }),
    };
  }

  #remove(wanted: { ids?: readonly string[]; values?: readonly string[] }, dryRun: boolean) {
    const isAsked = ({ id, value }: StubRule) => wanted.ids?.includes(id) || wanted.values?.includes(value);
    const stuck = this.rules.filter((rule) => isAsked(rule) && this.stuck.has(rule.value));
    const left = this.rules.filter((rule) => !isAsked(rule) || stuck.includes(rule));
    const deleted = this.rules.length - left.length;
    if (!dryRun) this.rules = left;
    const asked = (wanted.ids?.length ?? 0) + (wanted.values?.length ?? 0);
    const errors = stuck.map(({ id }) => ({ id, title: 'RuleNotDeleted', type: type('rule-not-deleted') }));
    return {
      meta: { sent: SENT, summary: { deleted, not_deleted: asked - deleted } },
      ...(errors.length > 0 && { errors }),
    };
  }

  /** POST: status and body. */
  change(body: Record<string, never>, dryRun: boolean): [number, object] {
    if ('add' in body) return [201, this.#addAll(body.add, dryRun)];
    if ('delete' in body) return [200, this.#remove(body.delete, dryRun)];
    return [400, { title: 'Invalid Request', detail: 'add or delete', type: type('invalid-request') }];
  }

  /** GET: a page of them; with no rules `data` is absent. */
  list(size: number, token: string | null): object {
    const start = Number(token ?? 0);
    const data = this.rules.slice(start, start + size);
    const more = start + size < this.rules.length;
    return {
      ...(data.length > 0 && { data }),
      meta: { sent: SENT, result_count: data.length, ...(more && { next_token: String(start + size) }) },
    };
  }
}

const SENT = '2026-03-02T10:00:00.123Z';
