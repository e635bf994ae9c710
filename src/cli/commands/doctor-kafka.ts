import type { Check } from '../../core/check.ts';
import { processors } from '../../processors/index.ts';
import type { Processor } from '../../processors/processor.ts';
import { urlOf } from '../args/bus-url.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { jsonOption, printChecks } from '../output/checks.ts';
import { kafkaSettings } from '../pipeline/bus.ts';
import { needsOf, spansOf, waitOptions } from '../pipeline/kafka-dependencies.ts';
import { loggerFor } from '../pipeline/session.ts';

const pipeline = Object.values<Processor>(processors);

/** The URL as given, except that it escapes the query only where needed. */
export const command = defineCommand({
  options: {
    ...waitOptions(pipeline),
    json: jsonOption,
    ...queryOptions,
  },
  components: [],
  check: ({ settings }) =>
    settings.bus.kind === 'kafka'
      ? []
      : [{ about: '--bus', text: '--bus: doctor kafka checks a cluster; write --bus kafka://HOST:PORT' }],
  examples: [
    'cryptopipe doctor kafka --bus kafka://localhost:9092',
    'cryptopipe doctor kafka --bus kafka://k1:9092,k2:9092 --window 1h,1d --lateness 5m',
    `cryptopipe doctor kafka --bus kafka://localhost:9092 --json | jq '.[]|select(.severity=="error")'`,
  ],
  async run({ settings, of }, io) {
    const { bus, app, json } = settings;
    if (bus.kind !== 'kafka') return;
    const dependencies = needsOf(app, pipeline, spansOf(of(waitOptions(pipeline))));
    const kafka = await kafkaSettings(bus, settings, io.env);
    const { checkKafka } = await import('../../doctor/kafka/check-kafka.ts');
    const { warn } = loggerFor(settings, io);
    const checks: Check[] = [];
    const examination = { settings: kafka, busUrl: urlOf(bus), dependencies, clock: io.clock, warn };
    for await (const check of checkKafka(examination)) checks.push(check);
    await printChecks(checks, json, io);
  },
});
