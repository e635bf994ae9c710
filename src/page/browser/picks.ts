import type { PickState } from '../model/wire.ts';
import { byId, make, setText } from './dom.ts';

const KINDS = [
  { name: 'Like', like: 'true' },
  { name: 'Dislike', like: 'false' },
] as const;

/** The buttons of a post. They are shown where the page takes likes. */
export const pickButtons = (author: string): HTMLElement =>
  make(
    'span',
    { class: 'picks' },
    ...KINDS.map(({ name, like }) =>
      make(
        'button',
        {
          type: 'button',
          'data-like': like,
          'aria-pressed': 'false',
          'aria-label': `${name} the post by ${author}`,
        },
        name,
      ),
    ),
  );

/** Likes and dislikes of posts, where the server takes them: on its own machine, with --relevance. */
export class Picks {
  readonly #list = byId('post-list');
  readonly #liked = new Map<string, boolean>();
  readonly #coin: () => string;
  #token = '';

  /** `coin`: that of the listed posts. */
  constructor(coin: () => string) {
    this.#coin = coin;
    this.#list.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>('button[data-like]') : null;
      const id = button?.closest('li')?.dataset.id;
      if (id !== undefined) void this.#pick(id, button!.dataset.like === 'true');
    });
  }

  /** Asks whether the server takes likes, and what was picked before. */
  async load(): Promise<void> {
    try {
      const response = await fetch('/picks', { cache: 'no-store' });
      const state = response.ok ? ((await response.json()) as PickState | null) : null;
      byId('posts').classList.toggle('pickable', state !== null);
      if (state === null) return;
      const { token, liked, disliked } = state;
      this.#token = token;
      this.#liked.clear();
      for (const id of liked) this.#liked.set(id, true);
      for (const id of disliked) this.#liked.set(id, false);
      this.mark();
    } catch {
      // The connection shows that the server is away; the page asks again when it is back.
    }
  }

  /** Shows on the listed posts what was picked. */
  mark(): void {
    for (const button of this.#list.querySelectorAll<HTMLElement>('button[data-like]')) {
      const liked = this.#liked.get(button.closest('li')?.dataset.id ?? '');
      const isPressed = String(liked !== undefined && String(liked) === button.dataset.like);
      if (button.getAttribute('aria-pressed') !== isPressed) button.setAttribute('aria-pressed', isPressed);
    }
  }

  async #pick(id: string, like: boolean): Promise<void> {
    const message = byId('pick-state');
    try {
      const response = await fetch('/picks', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-cryptopipe-pick': this.#token },
        body: JSON.stringify({ coin: this.#coin(), id, like }),
      });
      const text = await response.text();
      if (response.ok) this.#liked.set(id, like);
      setText(message, response.ok ? text : `Not taken: ${text}`);
    } catch {
      setText(message, 'Not taken: no connection to cryptopipe.');
    }
    this.mark();
  }
}
