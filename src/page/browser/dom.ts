type Attributes = Readonly<Record<string, string | undefined>>;

/** The element with an id of page.html. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** A new element. Texts become text nodes, never markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A new element of a drawing. */
export function draw<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A stranger's text: isolated, so that it cannot reorder the text around it. */
export const foreignText = (name: 'span' | 'p' | 'td', text: string, kind: string) =>
  make(name, { class: kind, dir: 'auto' }, text);

/** Sets an element's text if it differs, so that a screen reader hears only changes. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setRows(
  table: ParentNode,
  head: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
): void {
  const [thead, tbody] = [table.querySelector('thead')!, table.querySelector('tbody')!];
  if (thead.textContent !== head.join(''))
    thead.replaceChildren(make('tr', {}, ...head.map((text) => make('th', { scope: 'col' }, text))));
  tbody.replaceChildren(
    ...rows.map(([first = '', ...rest]) =>
      make('tr', {}, make('th', { scope: 'row' }, first), ...rest.map((cell) => make('td', {}, cell))),
    ),
  );
}
