import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { quitKey } from '../../../src/cli/process/quit-key.ts';

function keyboard() {
  const modes: boolean[] = [];
  const stream = Object.assign(new PassThrough(), { setRawMode: (mode: boolean) => modes.push(mode) });
  return { stream, modes, key: quitKey({ stdin: () => stream, inIsTerminal: true }) };
}

test.each(['q', 'Q', '\u0003', '\u001b'])(
  'key %j ends the command, and the keyboard is given back',
  async (text) => {
    const { stream, modes, key } = keyboard();
    stream.write('x');
    await new Promise(setImmediate);
    expect(key.pressed.aborted).toBe(false);
    stream.write(text);
    await new Promise(setImmediate);
    expect(key.pressed.aborted).toBe(true);
    key.close();
    expect(modes).toEqual([true, false]);
  },
);

test('without a terminal no key comes and none is read', () => {
  const stdin = (): never => {
    throw new Error('read');
  };
  const key = quitKey({ stdin, inIsTerminal: false });
  key.close();
  expect(key.pressed.aborted).toBe(false);
});
