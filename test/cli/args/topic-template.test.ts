import { expect, test } from 'vitest';
import { topicTemplate } from '../../../src/cli/args/topic-template.ts';
import { topicName } from '../../../src/core/text/topic-name.ts';

test.each(['prices', 'my.topic_1-x', 'a'.repeat(249), '...', '.a'])(
  '%s is a topic name and a template',
  (name) => {
    expect(topicName(name)).toBe(name);
    expect(topicTemplate(name)).toBe(name);
  },
);

test.each(['', 'a b', 'a/b', 'a'.repeat(250), '.', '..', 'café', '{name}', '{coin'])(
  '%s is neither',
  (name) => {
    expect(() => topicName(name)).toThrow(RangeError);
    expect(() => topicTemplate(name)).toThrow(RangeError);
  },
);

test.each(['{coin}-processed', '{tag}.{coin}', '{coin}', '{lang}_tweets', '{coin_name}'])(
  '%s is a template only',
  (name) => {
    expect(topicTemplate(name)).toBe(name);
    expect(() => topicName(name)).toThrow('no topic name');
  },
);
