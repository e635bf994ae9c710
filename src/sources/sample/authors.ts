import { random } from '../../core/util/random.ts';
import type { Author } from './post.ts';

const COUNT = 400;

/** The authors of the sample: few with many followers, many with few. */
export function authors(seed: number): readonly Author[] {
  const draw = random(seed, 'authors');
  return Array.from({ length: COUNT }, (_, index) => ({
    id: String(9_000_000_000 + index),
    username: `sample_user_${index}`,
    name: `Sample User ${index}`,
    followers: Math.min(2_000_000, Math.floor(40 / (1 - draw.next()) / (1 - draw.next()))),
    verified: draw.chance(0.05),
  }));
}
