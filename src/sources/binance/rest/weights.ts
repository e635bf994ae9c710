import { isObject, numberOf, objectsOf } from '../../../core/util/json.ts';
import { MINUTE, type Millis } from '../../../core/util/time.ts';
import type { HttpAnswer } from '../../shared/http/client.ts';
import { oneHeader } from '../../shared/http/headers.ts';
import { nextMinute } from '../../shared/poll/periods.ts';
import { waitUntil } from '../../shared/poll/wait.ts';
import type { Waits } from '../../source.ts';

/** Until exchangeInfo tells. */
const USUAL_LIMIT = 6000;
/** Other programs behind the same address spend, too. */
const USED_AT_MOST = 0.8;

/** The request weight that one minute allows an address. */
export interface WeightBudget {
  /** Waits for the next minute if this weight would pass the limit. */
  spend(weight: number, waits: Waits): Promise<void>;
  /** Corrects the count by what Binance says it is. */
  correct(answer: Pick<HttpAnswer, 'headers'>): void;
  /** Takes the limit from an answer of exchangeInfo. */
  readLimit(info: unknown): void;
}

export function weightBudget(now: () => Millis): WeightBudget {
  let limit = USUAL_LIMIT;
  let used = 0;
  let minute = Number.NaN;

  const startMinute = (): void => {
    const current = Math.floor(now() / MINUTE);
    if (current !== minute) used = 0;
    minute = current;
  };
  return {
    async spend(weight, waits) {
      startMinute();
      if (used > 0 && used + weight > limit * USED_AT_MOST) {
        await waitUntil(nextMinute(now()), waits);
        startMinute();
      }
      used += weight;
    },
    correct({ headers }) {
      const counted = numberOf(oneHeader(headers, 'x-mbx-used-weight-1m'));
      if (counted >= 0) used = counted;
    },
    readLimit(info) {
      const rules = objectsOf(isObject(info) ? info.rateLimits : undefined);
      const rule = rules.find(
        ({ rateLimitType, interval, intervalNum }) =>
          rateLimitType === 'REQUEST_WEIGHT' && interval === 'MINUTE' && intervalNum === 1,
      );
      if (rule !== undefined && numberOf(rule.limit) > 0) limit = numberOf(rule.limit);
    },
  };
}
