import type { Table } from './table.ts';

/** Files in folders and no log: whoever lists them sees each as soon as it is put. Positions are the group's. */
export const plainTable: Table = {
  version: () => -1,
  position: () => undefined,
  onlyGrows: () => true,
  conflicts: () => new Map(),
  demanded: () => new Set(),
  refresh: async () => {},
  commit: async () => {},
};
