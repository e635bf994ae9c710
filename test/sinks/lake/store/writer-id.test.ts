import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { hasExited, thisWriter } from '../../../../src/sinks/lake/store/writer-id.ts';

const [machine, pid, start] = thisWriter().split('.') as [string, string, string];
const linux = test.skipIf(!existsSync('/proc/self/stat'));

test('this process has not exited', () => {
  expect(thisWriter()).toMatch(/^[0-9a-f]{12}\.\d+\.\d*$/);
  expect(hasExited(thisWriter())).toBe(false);
});

test('an ended process has exited', () => {
  const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  expect(hasExited(`${machine}.${ended}.${start}`)).toBe(true);
});

linux('a process whose id was reused has exited', () => {
  expect(hasExited(`${machine}.${pid}.${Number(start) - 1}`)).toBe(true);
});

linux('a zombie process has exited', async () => {
  // The child ends after the shell has become `sleep`, which reaps nothing.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 60']);
  onTestFinished(() => void parent.kill());
  const [text] = await once(parent.stdout, 'data');
  const child = String(text).trim();
  const stat = () => readFileSync(`/proc/${child}/stat`, 'latin1').split(') ')[1]!.split(' ');
  while (readFileSync(`/proc/${parent.pid}/comm`, 'latin1').trim() !== 'sleep') await turn();
  parent.stdin.end();
  while (stat()[0] !== 'Z') await turn();
  expect(hasExited(`${machine}.${child}.${stat()[19]}`)).toBe(true);
});

test('processes of another machine or container are unknown', () => {
  expect(hasExited(`0123456789ab.${pid}.${start}`)).toBeUndefined();
});
