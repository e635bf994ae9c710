import type { Random } from '../../../src/core/util/random.ts';
import type { Farewell, Fault } from './faults.ts';
import type { XStub } from './server.ts';

const ENDS = ['end', 'drop', 'reset', 'cut'] as const;
const FAREWELLS: readonly Farewell[] = ['operational', 'forced', 'slow-reader', 'internal', 'app-suspended'];
/** Transient faults for the attempts after a stream has ended. */
const REFUSALS: readonly Fault[] = [
  '409-provisioning',
  '429',
  '429-no-reset',
  'too-many-connections',
  '500',
  '503',
  '503-html',
  '200-html',
  'hang',
  'stall',
  'reset',
  'drop',
];

/** Ends the open stream in one of X's ways and makes up to three later attempts fail. Returns what it did. */
export async function mischief(stub: XStub, draw: Random): Promise<string> {
  const refusals = Array.from({ length: draw.chance(0.5) ? 1 + draw.below(3) : 0 }, () =>
    draw.pick(REFUSALS),
  );
  for (const fault of refusals) stub.fail(fault);
  const chance = draw.next();
  let did: string;
  if (chance < 0.6) {
    did = draw.pick(ENDS);
    await stub.hangUp(did as (typeof ENDS)[number]);
  } else if (chance < 0.8) {
    did = draw.pick(FAREWELLS);
    await stub.farewell(did as Farewell);
  } else {
    did = 'silence';
    stub.silence();
  }
  return [did, ...refusals].join(', ');
}
