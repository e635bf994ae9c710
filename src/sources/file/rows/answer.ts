import { isObject } from '../../../core/util/json.ts';

/** A list of rows inside an object, as services answer it. */
export interface ListInside {
  /** As jq has it: `.result.XXBTZUSD`. */
  readonly path: string;
  readonly length: number;
}

const isRow = (value: unknown): boolean => typeof value === 'object' && value !== null;
const step = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** The lists of objects or arrays in an object and the objects in it; lists of single values and empty ones are none. */
export function listsInside(value: unknown, path = ''): ListInside[] {
  if (Array.isArray(value))
    return value.length > 0 && value.every(isRow) ? [{ path, length: value.length }] : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, part]) => listsInside(part, path + step(name)));
}

/** CoinGecko's market chart: lists of times with prices, market caps and volumes, which belong together. */
const MARKET_CHART = ['.prices', '.market_caps', '.total_volumes'];
const MARKET_CHART_ROWS =
  '[.prices, .market_caps, .total_volumes] | transpose[] | ' +
  '{snapped_at: .[0][0], price: .[0][1], market_cap: .[1][1], total_volume: .[2][1]}';

/** How rows are made of the lists. `file`: as a shell takes it. */
export function takeOut(lists: readonly ListInside[], file: string): string {
  const paths = lists.map(({ path }) => path);
  const isChart = paths.join() === MARKET_CHART.join();
  const [what, rows] = isChart
    ? ['make rows of them', MARKET_CHART_ROWS]
    : ['take one list out', `${paths[0]}[]`];
  return `its rows are in ${paths.join(', ')}: ${what}, as jq -c '${rows}' ${file} | cryptopipe ... --file -`;
}
