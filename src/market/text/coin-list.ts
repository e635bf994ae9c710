export interface Coin {
  /** Lower-case. */
  readonly symbol: string;
  readonly name: string;
  /** CoinMarketCap's id. */
  readonly cmcId?: number;
  /** Words and phrases that name it anywhere in a text. */
  readonly words: readonly string[];
  /** Further names that count only after `$` or `#` and as a rule's tag. */
  readonly tags?: readonly string[];
}

const coin = (symbol: string, name: string, cmcId: number, words: string, ...tags: string[]): Coin => ({
  symbol,
  name,
  cmcId,
  words: words.split(',').filter((word) => word !== ''),
  tags,
});

/**
 * The largest coins of recent years. Symbol and name always count after `$` or `#` and as a rule's tag. Bare words count
 * only if they have no everyday meaning (`ETC`, `near`, `DOGE` and `LTC` have one).
 */
export const COINS: readonly Coin[] = [
  coin('btc', 'Bitcoin', 1, 'btc,bitcoin,xbt'),
  coin('eth', 'Ethereum', 1027, 'eth,ethereum', 'ether'),
  coin('bnb', 'BNB', 1839, 'bnb,binance coin'),
  coin('xrp', 'XRP', 52, 'xrp', 'ripple'),
  coin('sol', 'Solana', 5426, 'solana'),
  coin('ada', 'Cardano', 2010, 'cardano'),
  coin('doge', 'Dogecoin', 74, 'dogecoin'),
  coin('trx', 'TRON', 1958, 'tron network'),
  coin('dot', 'Polkadot', 6636, 'polkadot'),
  coin('ltc', 'Litecoin', 2, 'litecoin'),
  coin('shib', 'Shiba Inu', 5994, 'shib,shiba coin'),
  coin('avax', 'Avalanche', 5805, 'avax'),
  coin('link', 'Chainlink', 1975, 'chainlink'),
  coin('uni', 'Uniswap', 7083, 'uniswap'),
  coin('atom', 'Cosmos', 3794, 'cosmos hub'),
  coin('xmr', 'Monero', 328, 'xmr,monero'),
  coin('etc', 'Ethereum Classic', 1321, 'ethereum classic'),
  coin('xlm', 'Stellar', 512, 'xlm,stellar lumens'),
  coin('bch', 'Bitcoin Cash', 1831, 'bch,bitcoin cash'),
  coin('fil', 'Filecoin', 2280, 'filecoin'),
  coin('apt', 'Aptos', 21794, 'aptos'),
  coin('near', 'NEAR Protocol', 6535, 'near protocol'),
  coin('algo', 'Algorand', 4030, 'algorand'),
  coin('vet', 'VeChain', 3077, 'vechain'),
  coin('icp', 'Internet Computer', 8916, 'internet computer'),
  coin('hbar', 'Hedera', 4642, 'hbar,hedera'),
  coin('qnt', 'Quant', 3155, 'qnt,quant network'),
  coin('ape', 'ApeCoin', 18876, 'apecoin'),
  coin('egld', 'MultiversX', 6892, 'egld,multiversx', 'elrond'),
  coin('sand', 'The Sandbox', 6210, '', 'sandbox'),
  coin('mana', 'Decentraland', 1966, 'decentraland'),
  coin('theta', 'Theta Network', 2416, 'theta network,theta token'),
  coin('axs', 'Axie Infinity', 6783, 'axs,axie infinity', 'axie'),
  coin('xtz', 'Tezos', 2011, 'xtz,tezos'),
  coin('aave', 'Aave', 7278, 'aave'),
  coin('eos', 'EOS', 1765, ''),
  coin('flow', 'Flow', 4558, 'flow blockchain'),
  coin('ftm', 'Fantom', 3513, 'fantom network,fantom opera'),
  coin('kcs', 'KuCoin Token', 2087, 'kcs,kucoin token'),
  coin('chz', 'Chiliz', 4066, 'chz,chiliz'),
  coin('zec', 'Zcash', 1437, 'zec,zcash'),
  coin('mkr', 'Maker', 1518, 'mkr,makerdao'),
  coin('snx', 'Synthetix', 2586, 'snx,synthetix'),
  coin('neo', 'Neo', 1376, 'neo blockchain'),
  coin('dash', 'Dash', 131, 'dash coin,dashcoin'),
  coin('comp', 'Compound', 5692, 'compound finance'),
  coin('bat', 'Basic Attention Token', 1697, 'basic attention token'),
  coin('enj', 'Enjin Coin', 2130, 'enj,enjin', 'enjincoin'),
  coin('crv', 'Curve DAO Token', 6538, 'curve finance,curve dao', 'curve'),
  coin('yfi', 'yearn.finance', 5864, 'yfi,yearn finance', 'yearn'),
  coin('usdt', 'Tether', 825, '', 'tetherusd'),
  coin('usdc', 'USD Coin', 3408, '', 'usdcoin'),
  coin('ton', 'Toncoin', 11419, 'toncoin'),
  coin('sui', 'Sui', 20947, 'sui network'),
  coin('pepe', 'Pepe', 24478, 'pepecoin'),
  coin('hype', 'Hyperliquid', 32196, 'hyperliquid'),
  coin('matic', 'Polygon', 3890, 'matic', 'pol'),
  coin('arb', 'Arbitrum', 11841, 'arbitrum'),
  coin('op', 'Optimism', 11840, ''),
  coin('inj', 'Injective', 7226, 'injective protocol'),
];
