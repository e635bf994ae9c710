import { describe, expect, test } from 'vitest';
import { coinmarketcap } from '../../../src/sources/coinmarketcap/coinmarketcap.ts';
import { turned } from '../turned.ts';
import { KEY, together } from './run.ts';

describe('the key', () => {
  test.each([
    'COINMARKETCAP_API_KEY',
    'CMC_PRO_API_KEY',
    'X_CMC_PRO_API_KEY',
    'CMC_API_KEY',
    'COINMARKETCAP_KEY',
  ])('reads the key from %s and sends it', async (name) => {
    const { run, stub } = await together({}, turned({ secrets: { [name]: `${KEY}\n` } }));
    await run(1);
    expect(stub.requests[0]!.headers['x-cmc_pro_api_key']).toBe(KEY);
    expect(coinmarketcap.live!.secrets).toContainEqual([name]);
  });

  test('a missing key is an error that says where to set it', async () => {
    const { run } = await together({}, turned());
    await expect(run(1)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('COINMARKETCAP_API_KEY'),
    });
  });

  test('a key with invalid characters is an error that does not contain it', async () => {
    const { run } = await together({}, turned({ secrets: { CMC_API_KEY: 'dümmy\nkey' } }));
    const error = await run(1).catch((each: unknown) => each);
    expect(error).toMatchObject({
      message: 'CMC_API_KEY contains a space or another character that no key contains',
    });
    expect(JSON.stringify(error)).not.toContain('dümmy');
  });

  test('the key is never in a record, log line or error, whatever fails', async () => {
    const { run, stub, around } = await together();
    const message = `The key ${KEY} is not welcome.`;
    stub.next({ kind: 'html' });
    stub.next({ kind: 'error', code: 500, message });
    stub.next({ kind: 'cut' });
    stub.next({ kind: 'error', code: 1009, message });
    stub.change(1, { price: '-' });
    const chunks = await run(3);
    stub.next({ kind: 'error', code: 1001, message });
    const error = (await run(1).catch((each: unknown) => each)) as Error;
    expect(error.message).toContain('The key *** is not welcome.');
    const all = [
      chunks,
      around.logged,
      around.notes,
      [...around.positions],
      error.message,
      error.stack,
      { ...error },
    ];
    expect(JSON.stringify(all)).not.toContain(KEY);
  });
});
