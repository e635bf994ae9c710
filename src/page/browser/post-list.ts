import { DAY } from '../../core/util/time.ts';
import type { PostRow } from '../model/wire.ts';
import { byId, foreignText, make } from './dom.ts';
import { ageText, clockText, minuteText, priceText, scoreText, tone } from './format.ts';
import { pickButtons } from './picks.ts';

function item(post: PostRow, now: number): HTMLLIElement {
  const age = now - post.time;
  const when = age < DAY ? `${ageText(age)} ago` : minuteText(post.time);
  const price = post.price === null ? '' : `${priceText(post.price)} ${post.quote.toUpperCase()}`;
  const score = make(
    'span',
    { class: `score ${tone(post.score)}`, title: 'Sentiment, -1 to 1' },
    scoreText(post.score),
  );
  return make(
    'li',
    { 'data-id': post.id },
    make(
      'p',
      { class: 'by' },
      foreignText('span', post.author === '' ? 'unknown' : `@${post.author}`, 'author'),
      make(
        'time',
        {
          datetime: new Date(post.time).toISOString(),
          title: `${minuteText(post.time)}:${clockText(post.time).slice(6)} UTC`,
        },
        when,
      ),
    ),
    foreignText('p', post.text, 'text'),
    make(
      'p',
      { class: 'of' },
      score,
      ...(price === '' ? [] : [make('span', { class: 'at', title: 'Price at the time of the post' }, price)]),
      foreignText('span', post.source, 'source'),
      pickButtons(post.author),
    ),
  );
}

/** The newest posts. Keeps the elements of posts that stay, so that scrolling and reading are not disturbed. */
export class PostList {
  readonly #list = byId('post-list');
  readonly #items = new Map<string, HTMLLIElement>();

  show(posts: readonly PostRow[], now: number, fresh: boolean): void {
    if (fresh) this.#items.clear();
    const rows = posts.map((post) => {
      const key = JSON.stringify(post);
      const known = this.#items.get(key);
      const element = known ?? item(post, now);
      if (known === undefined && !fresh) element.classList.add('new');
      return [key, element] as const;
    });
    this.#items.clear();
    for (const [key, element] of rows) this.#items.set(key, element);
    const elements =
      rows.length > 0 ? rows.map(([, element]) => element) : [make('li', { class: 'none' }, 'No posts yet.')];
    for (const [at, element] of elements.entries())
      if (this.#list.children[at] !== element)
        this.#list.insertBefore(element, this.#list.children[at] ?? null);
    while (this.#list.children.length > elements.length) this.#list.lastElementChild!.remove();
  }
}
