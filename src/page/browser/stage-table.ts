import { type Millis, SECOND } from '../../core/util/time.ts';
import type { StageRow } from '../model/wire.ts';
import { byId, foreignText, make, setRows } from './dom.ts';
import { ageText, compactNumber, minuteText, NO_VALUE } from './format.ts';

type Cell = Node | string;
interface Column {
  readonly title: string;
  /** Whether a row has something to say here; a column without such a row is left out. */
  readonly says: (row: StageRow) => boolean;
  readonly cell: (row: StageRow, now: Millis) => Cell;
}

const rateText = (rate: number | null): string =>
  rate === null ? NO_VALUE : rate >= 10 ? compactNumber(Math.round(rate)) : rate.toFixed(rate === 0 ? 0 : 1);
const agoText = (time: Millis | null, now: Millis): string =>
  time === null ? NO_VALUE : `${ageText(now - time)} ago`;
const isStage = ({ kind }: StageRow): boolean => kind === 'stage';
const always = (): boolean => true;

/** The name of a file, short enough for a cell: its folders and its end. */
function fileCell({ lastFile, last }: StageRow, now: Millis): Cell {
  if (lastFile === '') return '';
  const name = foreignText('span', lastFile, 'file');
  name.title = lastFile;
  return make('span', { class: 'last-file' }, name, make('small', {}, ` ${agoText(last, now)}`));
}

function gapsText({ gaps }: StageRow): string {
  if (gaps === null) return '';
  const { count, seconds, filled } = gaps;
  return `${compactNumber(count)} · ${ageText(seconds * SECOND)}${filled > 0 ? `, ${compactNumber(filled)} filled` : ''}`;
}

const countOf = (name: 'late' | 'rejected') => (row: StageRow) =>
  isStage(row) ? make('span', { class: row[name] > 0 ? 'some' : '' }, compactNumber(row[name])) : '';

const COLUMNS: readonly Column[] = [
  { title: 'Records', says: always, cell: ({ records }) => compactNumber(records) },
  { title: 'Per second', says: always, cell: ({ rate }) => rateText(rate) },
  { title: 'Lag', says: always, cell: ({ lag }) => (lag === null ? NO_VALUE : compactNumber(lag)) },
  {
    title: 'Watermark',
    says: isStage,
    cell: (row) => (isStage(row) ? (row.watermark === null ? NO_VALUE : minuteText(row.watermark)) : ''),
  },
  { title: 'Late', says: isStage, cell: countOf('late') },
  { title: 'Rejected', says: isStage, cell: countOf('rejected') },
  { title: 'Gaps', says: ({ gaps }) => gaps !== null, cell: gapsText },
  { title: 'Quota', says: ({ quota }) => quota !== '', cell: ({ quota }) => quota },
  { title: 'Last file', says: ({ lastFile }) => lastFile !== '', cell: fileCell },
  {
    title: 'Newest record',
    says: (row) => !isStage(row),
    cell: (row, now) => (isStage(row) ? '' : agoText(row.last, now)),
  },
];

/** Stages of this process, then the topics that hold something. */
export function showStages(stages: readonly StageRow[], now: Millis): void {
  const shown = stages.filter((row) => isStage(row) || row.records > 0);
  const columns = COLUMNS.filter(({ says }) => shown.some(says));
  const name = ({ kind, name: text, note }: StageRow) =>
    make('span', { class: kind }, text, ...(note === '' ? [] : [make('small', {}, ` ${note}`)]));
  setRows(
    byId('stages'),
    ['Stage or topic', ...columns.map(({ title }) => title)],
    shown.map((row) => [name(row), ...columns.map(({ cell }) => cell(row, now))]),
  );
}
