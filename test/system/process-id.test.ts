import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { hasExited, thisProcess } from '../../src/system/process-id.ts';

const { pid, start } = thisProcess();
const linux = test.skipIf(!existsSync('/proc/self/stat'));

test('this process has not exited, whether or not its start was recorded', () => {
  expect(hasExited({ pid, start })).toBe(false);
  expect(hasExited({ pid })).toBe(false);
});

test('a process that has ended counts as exited', () => {
  const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' });
  expect(hasExited({ pid: Number(ended), start })).toBe(true);
});

linux('a process whose id was reused has exited', () => {
  expect(hasExited({ pid, start: String(Number(start) - 1) })).toBe(true);
});

linux('a zombie process has exited', async () => {
  // The child ends after the shell has become `sleep`, which reaps nothing.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 60']);
  onTestFinished(() => void parent.kill());
  const [text] = await once(parent.stdout, 'data');
  const child = Number(text);
  const stat = () => readFileSync(`/proc/${child}/stat`, 'latin1').split(') ')[1]!.split(' ');
  while (readFileSync(`/proc/${parent.pid}/comm`, 'latin1').trim() !== 'sleep') await turn();
  parent.stdin.end();
  while (stat()[0] !== 'Z') await turn();
  expect(hasExited({ pid: child, start: stat()[19] })).toBe(true);
  expect(hasExited({ pid: child })).toBe(true);
});
