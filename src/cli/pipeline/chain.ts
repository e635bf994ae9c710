import type { Processor } from '../../processors/processor.ts';

/** Orders each processor after those that write its inputs; otherwise keeps the given order. */
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

/** Processors that these topics feed, directly or through other processors, by other than side inputs. */
export function processorsFedBy(processors: readonly Processor[], topics: Iterable<string>): Processor[] {
  const reached = new Set(topics);
  return inChainOrder(processors).filter(({ inputs, output }) => {
    const isFed = inputs.some(({ topic, isSide }) => isSide !== true && reached.has(topic));
    if (isFed) reached.add(output.topic);
    return isFed;
  });
}
