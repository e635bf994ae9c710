import type { Restored, StateChange } from '../../core/stream/keyed-state.ts';
import { restoreKeyClock } from '../../core/stream/watermark.ts';
import { joinKey } from '../../core/text/key.ts';

const CLOCK = 'clock|';
const ROWS = 'rows|';
const OWN = /^(?:clock|step)\|([^|]*\|[^|]*)$|^window\|\d+\|-?\d+\|([^|]*\|[^|]*)$/;

/**
 * The state of versions before 0.2, whose series were coin and quote without a source, in today's names: the series of the
 * only source it has seen, or of `all`. `changes`: what the next commit stores of that.
 */
export function upgradeState(restored: Restored): { state: Restored; changes: readonly StateChange[] } {
  const stale = [...restored.keys()].filter((name) => OWN.test(name) || name.startsWith(ROWS));
  const changes: StateChange[] = stale.map((name) => [name, null]);
  if (stale.length === 0) return { state: restored, changes };
  const state = new Map(restored);
  const sourceOf = (series: string): string => {
    const clock = restored.get(CLOCK + series);
    const names = clock === undefined ? [] : Object.keys(restoreKeyClock(JSON.parse(clock)).sources);
    return names.length === 1 ? names[0]! : 'all';
  };
  for (const name of stale) {
    state.delete(name);
    const match = OWN.exec(name);
    const series = match?.[1] ?? match?.[2];
    if (series === undefined) continue;
    const text = restored.get(name)!;
    const rows = name.startsWith('window|') ? rowsOf(restored, name, series) : 0;
    const value = rows === 0 ? text : JSON.stringify({ revision: rows, state: JSON.parse(text) });
    const renamed = `${name}|${joinKey(sourceOf(series))}`;
    state.set(renamed, value);
    changes.push([renamed, value]);
  }
  return { state, changes };
}

/** Number of provisional rows of a window. */
function rowsOf(restored: Restored, name: string, series: string): number {
  const [, size, start] = name.split('|');
  return Number(restored.get(`${ROWS}${series}|${size}|${start}`) ?? 0);
}
