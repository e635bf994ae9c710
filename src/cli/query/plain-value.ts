import { formatTime } from '../../core/util/time.ts';

/** Whether JSON keeps all digits of a whole number. */
const isExact = (value: bigint): boolean =>
  BigInt(Number(value)) === value && Number.isSafeInteger(Number(value));

/**
 * A value of DuckDB as JSON has it: times as ISO 8601 UTC in milliseconds, whole numbers past 2^53 and everything else
 * that JSON lacks as text.
 */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return isExact(value) ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return value;
  const { micros, millis, items, entries } = value as {
    readonly micros?: bigint;
    readonly millis?: bigint;
    readonly items?: readonly unknown[];
    readonly entries?: Readonly<Record<string, unknown>>;
  };
  const isTimestamp = value.constructor.name.startsWith('DuckDBTimestamp');
  if (isTimestamp && micros !== undefined) return formatTime(Number(micros / 1000n));
  if (isTimestamp && millis !== undefined) return formatTime(Number(millis));
  if (Array.isArray(items)) return items.map(plainValue);
  if (entries !== undefined && !Array.isArray(entries))
    return Object.fromEntries(Object.entries(entries).map(([name, one]) => [name, plainValue(one)]));
  return String(value);
}
