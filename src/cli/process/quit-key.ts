import type { ReadStream } from 'node:tty';
import type { Io } from './io.ts';

/** What ends a full-screen command: q, Escape, or Ctrl-C, which raw mode delivers as a character. */
const QUIT_KEYS = new Set(['q', 'Q', '\u0003', '\u001b']);

export interface QuitKey {
  readonly pressed: AbortSignal;
  /** Gives the keyboard back. */
  close(): void;
}

/** Watches the keyboard for a key that ends the command. Without a terminal no key comes. */
export function quitKey({ stdin, inIsTerminal }: Pick<Io, 'stdin' | 'inIsTerminal'>): QuitKey {
  const pressed = new AbortController();
  if (!inIsTerminal) return { pressed: pressed.signal, close: () => {} };
  const keys = stdin() as ReadStream;
  const onKey = (data: Buffer): void => {
    if (QUIT_KEYS.has(String(data))) pressed.abort();
  };
  keys.setRawMode(true);
  keys.on('data', onKey);
  return {
    pressed: pressed.signal,
    close() {
      keys.off('data', onKey);
      keys.setRawMode(false);
      keys.pause();
    },
  };
}
