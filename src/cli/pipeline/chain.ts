import type { Processor } from '../../processors/processor.ts';

/** Each processor after those that write what it reads; otherwise in the order given. */
export function inChainOrder(processors: readonly Processor[]): Processor[] {
  const left = [...processors];
  const ordered: Processor[] = [];
  while (left.length > 0) {
    const written = (other: Processor) =>
      new Set(left.filter((one) => one !== other).map((one) => one.output.topic));
    const free = left.findIndex((one) => !one.inputs.some((input) => written(one).has(input.topic)));
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

/** Those that the topics given lead to: by an input of their own, or by what others of them write. */
export function fedBy(processors: readonly Processor[], topics: Iterable<string>): Processor[] {
  const reached = new Set(topics);
  return inChainOrder(processors).filter(({ inputs, output }) => {
    const isFed = inputs.some(({ topic }) => reached.has(topic));
    if (isFed) reached.add(output.topic);
    return isFed;
  });
}
