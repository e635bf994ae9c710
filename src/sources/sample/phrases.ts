/** Invented sentences in one language, by mood, with placeholders `{coin}` and `{price}`. */
export interface Phrases {
  readonly lang: string;
  /** Percentage of all posts. */
  readonly percent: number;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly plain: readonly string[];
}

export const PHRASES: readonly Phrases[] = [
  {
    lang: 'en',
    percent: 52,
    good: [
      '{coin} looks very bullish today, love this chart',
      'Great bounce on {coin}, buyers are strong at {price}',
      'HODL {coin}! We are going to the moon 🚀',
      '{coin} close to a new ATH, what a beautiful day',
      'I am happy with my {coin} bag, best decision ever :)',
      'Not worried at all, {coin} never looked better',
      '{coin} pump is real, amazing volume 🚀🚀',
      'Finally some good news for {coin} holders',
    ],
    bad: [
      '{coin} is bearish and I am worried about {price}',
      'Got rekt on {coin} again, terrible day 😭',
      'Another dump. {coin} is a disaster this week',
      'So much FUD around {coin}, people are scared',
      'This {coin} giveaway is a scam, do not send anything!',
      'I hate these {coin} fees, awful experience',
      'Smells like a rug to me, not buying {coin} here',
      '{coin} crash incoming? weak hands everywhere',
    ],
    plain: [
      '{coin} at {price} right now',
      'Watching {coin}, support and resistance are on the chart',
      'Does anybody know the {coin} volume of last week?',
      '{coin} moved sideways in the last hour, price {price}',
      'Reading a report about {coin} and exchange flows',
      'New block, same questions: where is {coin} going next',
    ],
  },
  {
    lang: 'es',
    percent: 13,
    good: ['{coin} sube con fuerza, excelente día 🚀', 'Muy feliz con mi {coin}, gran momento'],
    bad: ['{coin} cae otra vez, qué desastre', 'Tengo miedo de perder todo con {coin}'],
    plain: ['{coin} cotiza ahora a {price}', '¿Alguien sigue el gráfico de {coin} hoy?'],
  },
  {
    lang: 'fa',
    percent: 8,
    good: ['{coin} امروز عالی است 🚀', 'از خرید {coin} خیلی خوشحالم'],
    bad: ['{coin} دوباره ریزش کرد، خیلی بد', 'نگران قیمت {coin} هستم'],
    plain: ['قیمت {coin} الان {price} است', 'نمودار {coin} را دنبال می‌کنم'],
  },
  {
    lang: 'tr',
    percent: 8,
    good: ['{coin} bugün harika yükseliyor 🚀', '{coin} aldığım için çok mutluyum'],
    bad: ['{coin} yine düştü, çok kötü bir gün', '{coin} için endişeliyim'],
    plain: ['{coin} şu an {price}', '{coin} grafiğine bakıyorum'],
  },
  {
    lang: 'ja',
    percent: 8,
    good: ['{coin} が上がって嬉しい 🚀', '今日の {coin} は最高です'],
    bad: ['{coin} がまた下がった、最悪', '{coin} の値動きが心配です'],
    plain: ['{coin} は現在 {price} です', '{coin} のチャートを見ています'],
  },
  {
    lang: 'pt',
    percent: 6,
    good: ['{coin} subindo muito, que dia ótimo 🚀', 'Feliz com o meu {coin}'],
    bad: ['{coin} caiu de novo, dia horrível', 'Perdi dinheiro com {coin}'],
    plain: ['{coin} agora em {price}', 'Olhando o gráfico de {coin}'],
  },
  {
    lang: 'de',
    percent: 5,
    good: ['{coin} steigt, ein großartiger Tag 🚀', 'Sehr zufrieden mit {coin}'],
    bad: ['{coin} fällt schon wieder, furchtbar', 'Mache mir Sorgen um {coin}'],
    plain: ['{coin} steht gerade bei {price}', 'Ich beobachte {coin} seit heute früh'],
  },
];

/** Names of a coin in posts: hashtags, cashtags and words. */
export const COIN_WORDS: Readonly<Record<'btc' | 'eth', readonly string[]>> = {
  btc: ['#bitcoin', '#Bitcoin', '#BTC', '$BTC', '$btc', 'Bitcoin', 'bitcoin', 'BTC'],
  eth: ['#ethereum', '#Ethereum', '#ETH', '$ETH', '$eth', 'Ethereum', 'ethereum', 'ETH'],
};

export const EXTRA_TAGS = [
  '#crypto',
  '#trading',
  '#DeFi',
  '#altcoins',
  '#blockchain',
  '#FOMO',
  '#HODL',
] as const;

export const REPLIES: readonly string[] = [
  'agreed, {coin}!',
  'no way, {coin}?',
  'thanks for sharing {coin} news',
];
