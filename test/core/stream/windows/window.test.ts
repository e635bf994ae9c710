import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStoredWindow, storedWindow } from '../../../../src/core/stream/windows/window.ts';
import { windowsOf } from '../../../../src/core/util/window-length.ts';

test('a window is restored as it was stored, whichever of its flags are set', () => {
  const kept = {
    state: fc.record({ count: fc.nat(), known: fc.nat() }),
    revision: fc.nat(2),
    isClosed: fc.boolean(),
    isPast: fc.boolean(),
    isEdge: fc.boolean(),
    parts: fc.constantFrom(undefined, { a: { count: 1, known: 2 } }),
  };
  fc.assert(
    fc.property(fc.record(kept), (window) => {
      const position = { kind: windowsOf(60_000), start: 0, end: 60_000, dirty: true, isStored: false };
      const start = () => ({ count: 0, known: 0 });
      expect(readStoredWindow(storedWindow({ ...window, ...position }, start), start)).toEqual(window);
    }),
  );
});
