import type { CapRow, Changes } from '../model/wire.ts';
import { byId, foreignText, make } from './dom.ts';
import { compactNumber, minuteText } from './format.ts';

export function showHashtags(hashtags: Changes['hashtags']): void {
  const most = hashtags[0]?.[1] ?? 1;
  const items = hashtags.map(([tag, count]) => {
    const meter = make('meter', { max: String(most), value: String(count), 'aria-hidden': 'true' });
    return make(
      'li',
      {},
      foreignText('span', `#${tag}`, 'tag'),
      meter,
      make('span', { class: 'count' }, compactNumber(count)),
    );
  });
  byId('hashtags').replaceChildren(
    ...(items.length > 0 ? items : [make('li', { class: 'none' }, 'No hashtags yet.')]),
  );
}

export function showCaps(caps: readonly CapRow[], coin: string): void {
  const items = caps.map(({ quote, time, total, final, dominance }) =>
    make(
      'dl',
      {},
      make('dt', {}, `All coins, ${quote.toUpperCase()}`),
      make(
        'dd',
        {},
        compactNumber(total),
        make('small', {}, ` ${minuteText(time)}${final ? '' : ', incomplete'}`),
      ),
      ...(dominance === null
        ? []
        : [make('dt', {}, coin.toUpperCase()), make('dd', {}, `${(dominance * 100).toFixed(1)} %`)]),
    ),
  );
  byId('caps').replaceChildren(
    ...(items.length > 0 ? items : [make('p', { class: 'none' }, 'No market caps yet.')]),
  );
}
