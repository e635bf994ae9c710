import { expect, test } from 'vitest';
import { severityColor, titlePaint } from '../../../src/cli/output/colors.ts';

test('a pipe, and a terminal with NO_COLOR, get plain text', async () => {
  expect((await titlePaint({ outIsTerminal: false, env: {} }))('x')).toBe('x');
  expect((await titlePaint({ outIsTerminal: true, env: { NO_COLOR: '1' } }))('x')).toBe('x');
  const { ok, warn, error } = await severityColor({ outIsTerminal: true, env: { NO_COLOR: '1' } });
  expect([ok('x'), warn('y'), error('z')]).toEqual(['x', 'y', 'z']);
});
