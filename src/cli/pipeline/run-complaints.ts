import type { Complaint } from '../args/command.ts';
import { processorRenames } from '../args/renames.ts';
import { runPageComplaints } from '../page/page-options.ts';
import { conflictComplaints } from './processor-options.ts';
import {
  processorsOf,
  type RunCall,
  renamesOf,
  SAMPLE_SOURCE,
  sinkTopicsOf,
  sourcesOf,
  unreadComplaints,
} from './run-plan.ts';
import { columnComplaints, findSink, sinkComplaints } from './sink-options.ts';
import { isDryRun, sourceComplaints } from './sources/complaints.ts';

/** Flags that --sample fixes itself. */
const FIXED_BY_SAMPLE = [
  '--bus',
  '--kafka-option',
  '--dir',
  '--sink',
  '--topics',
  '--topic',
  '--in',
  '--out',
  '--for',
];

function sampleClashes({ settings, isOnCommandLine }: RunCall): Complaint[] {
  const [first] = settings.source;
  const isAllowed = settings.source.length === 0 || (settings.source.length === 1 && first === SAMPLE_SOURCE);
  return [...FIXED_BY_SAMPLE.filter(isOnCommandLine), ...(isAllowed ? [] : ['--source'])].map((flag) => ({
    about: flag,
    text: `${flag} excludes --sample, which sets its own; use one of them`,
  }));
}

/** A dry run writes nothing for the later stages. */
const dryComplaints = (call: RunCall): Complaint[] =>
  sourcesOf(call).some((source) => isDryRun(call, source))
    ? [{ about: '--dry-run', text: '--dry-run: run would start the other stages; use cryptopipe produce' }]
    : [];

/** Complaints about the stages of a run and their settings. */
export function planComplaints(call: RunCall): Complaint[] {
  const { settings, operands } = call;
  const source = settings.sample ? [SAMPLE_SOURCE] : settings.source;
  const renames = renamesOf(call, sourcesOf(call));
  return [
    ...sourceComplaints({ ...call, settings: { ...settings, source } }, operands),
    ...renames.complaints,
    ...processorRenames(processorsOf(sourcesOf(call), call), renames.given).complaints,
    ...conflictComplaints(processorsOf(sourcesOf(call), call), call),
    ...unreadComplaints(call, sourcesOf(call)),
    ...columnComplaints(settings.topics, settings.dataset),
    ...sinkComplaints(call, findSink(settings.sink), sinkTopicsOf(call, sourcesOf(call))),
  ];
}

/** Complaints about a call of `run`. */
export const runComplaints = (call: RunCall): Complaint[] => [
  ...dryComplaints(call),
  ...planComplaints(call),
  ...runPageComplaints(call),
  ...(call.settings.sample ? sampleClashes(call) : []),
];
