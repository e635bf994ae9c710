import type { Millis } from '../../core/util/time.ts';
import type { CoinEntry, PageSelection, StageRow, StatusMessage } from '../model/wire.ts';
import { MarketChart } from './chart/market-chart.ts';
import { byId, make, setText } from './dom.ts';
import { clockText, compactNumber } from './format.ts';
import { showHeadline, valuesOf } from './headline.ts';
import { LeadPanel } from './lead-panel.ts';
import { type ConnectionState, LiveConnection } from './live-connection.ts';
import { PageStore, type WindowRow } from './page-store.ts';
import { Pickers } from './pickers.ts';
import { Picks } from './picks.ts';
import { PostList } from './post-list.ts';
import { showCaps, showHashtags } from './side-panels.ts';
import { showStages } from './stage-table.ts';
import { followTheme } from './theme.ts';
import { ValuesTable } from './values-table.ts';

const fromAddress = (): Partial<PageSelection> =>
  Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

const connection = new LiveConnection({
  loaded: (history) => {
    store.load(history);
    coins = history.coins;
    pickers.show(coins, history.selection);
    setText(byId('bus'), `Bus: ${history.bus}`);
    remember(history.selection);
    draw(Number.NEGATIVE_INFINITY, true);
    lead.open(history.selection);
    performance.mark('shown');
  },
  changed: (changes) => draw(store.apply(changes), false),
  status: showStatus,
  state: showState,
});
// The history is under way while the chart is made.
void open(fromAddress());

const store = new PageStore();
const chart = new MarketChart(byId('chart'));
const list = new PostList();
const table = new ValuesTable();
const lead = new LeadPanel();
const picks = new Picks(() => store.selection.coin);
const pickers = new Pickers((asked) => void open(asked));
let rows: readonly WindowRow[] = [];
let coins: readonly CoinEntry[] = [];
/** What the server's clock is ahead of this one. */
let aheadMs: Millis = 0;
let hovered: Millis | undefined;
let lostAt: Millis | undefined;
const now = (): Millis => Date.now() + aheadMs;

function showLegend(row: WindowRow | undefined): void {
  hovered = row?.start;
  const shown = row ?? rows.at(-1);
  const values = shown === undefined ? [] : valuesOf(shown);
  byId('legend').replaceChildren(
    ...values.map(([name, value, kind]) =>
      make('span', { class: kind }, ...(name === '' ? [] : [make('small', {}, name)]), value),
    ),
  );
  const isKeyboard = document.activeElement === byId('chart') && row !== undefined;
  setText(
    byId('spoken'),
    isKeyboard ? values.map(([name, value]) => `${name} ${value}`.trim()).join(', ') : '',
  );
}

/** Draws everything that depends on rows. `from`: the first window that changed. */
function draw(from: Millis, fresh: boolean): void {
  if (Number.isFinite(from) || fresh) {
    rows = store.windows();
    showHeadline(rows, store.selection);
    table.show(rows);
  }
  const posts = store.newest.filter(({ quote }) => quote === store.selection.quote);
  chart.show(rows, { gaps: store.gaps, posts }, { from, fresh });
  showLegend(rows.find(({ start }) => start === hovered));
  list.show(store.newest, now(), fresh);
  picks.mark();
  showHashtags(store.hashtags);
  showCaps(store.caps, store.selection.coin);
}

function showState(state: ConnectionState): void {
  if (state === 'live') {
    lostAt = undefined;
    void picks.load();
  }
  if (state === 'lost') lostAt ??= now();
  const texts: Record<ConnectionState, string> = {
    loading: 'Loading',
    live: 'Live',
    lost: 'Reconnecting',
    'signed-out': 'Signed out',
  };
  byId('connection').dataset.state = state;
  setText(byId('connection-text'), texts[state]);
  const banner = byId('banner');
  banner.hidden = state === 'live' || state === 'loading';
  if (state === 'lost')
    setText(
      banner,
      `No connection to cryptopipe since ${clockText(lostAt!)} UTC. What you see is of that time; the page goes on by itself when cryptopipe runs again.`,
    );
  if (state === 'signed-out')
    banner.replaceChildren('The token is needed again. ', make('a', { href: '/sign-in' }, 'Sign in'));
}

function showStatus({ now: serverNow, behind, stages, coins: known }: StatusMessage): void {
  aheadMs = serverNow - Date.now();
  coins = known;
  pickers.show(coins, store.selection);
  showStages(stages as StageRow[], serverNow);
  if (byId('connection').dataset.state === 'live')
    setText(
      byId('connection-text'),
      behind === 0 ? 'Live' : `Reading, ${compactNumber(behind)} records left`,
    );
  // A page opened before anything was on the bus.
  if (store.selection.coin === '' && coins.length > 0) void open({});
}

async function open(asked: Partial<PageSelection>): Promise<void> {
  await connection.select(asked);
}

/** The address holds the selection, for reloads and bookmarks. */
function remember({ coin, quote, source, window }: PageSelection): void {
  history.replaceState(null, '', `#${new URLSearchParams({ coin, quote, source, window })}`);
}

chart.onHover = showLegend;
addEventListener('hashchange', () => void open(fromAddress()));
followTheme(byId<HTMLButtonElement>('theme'), () => chart.paint());
