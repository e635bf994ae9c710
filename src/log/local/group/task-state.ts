import { isShortened, shortened } from '../storage/rows.ts';
import type { LogStore } from '../storage/store.ts';

/** Call it inside a transaction. A key too long for the table is stored before its value: its length, `:`, the key. */
export function putState(
  store: LogStore,
  group: string,
  partition: number,
  key: string,
  value: string | null,
): void {
  const short = shortened(key, group);
  if (value === null) store.state.remove([group, partition, short]);
  else store.state.put([group, partition, short], short === key ? value : `${key.length}:${key}${value}`);
}

/** The state of a task, with its original keys. */
export function stateOf(store: LogStore, group: string, partition: number): Map<string, string> {
  const state = new Map<string, string>();
  for (const { key, value } of store.state.getRange({
    start: [group, partition],
    end: [group, partition, '\uffff'],
  })) {
    if (!isShortened(key[2])) {
      state.set(key[2], value);
      continue;
    }
    const from = value.indexOf(':') + 1;
    const to = from + Number(value.slice(0, from - 1));
    state.set(value.slice(from, to), value.slice(to));
  }
  return state;
}
