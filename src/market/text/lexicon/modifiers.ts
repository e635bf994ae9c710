/** Effects of words on nearby sentiment words. The sets are VADER's (Hutto & Gilbert 2014, section 3.2). */

/** Mean increase of intensity by a degree word, and by capitals among lower case; factor of a negation. */
export const BOOST = 0.293;
export const CAPITALS = 0.733;
export const NEGATION = -0.74;
/** Factor of 'never ... so' and 'never ... this', which are praise. */
export const EMPHASIS = 1.25;

export const NEGATIONS = [
  ...'aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt'.split(
    ' ',
  ),
  ...'neednt oughtnt shant shouldnt wasnt werent wont wouldnt'.split(' '),
  ..."ain't aren't can't couldn't daren't didn't doesn't don't hadn't hasn't haven't isn't mayn't".split(' '),
  ..."mightn't mustn't needn't oughtn't shan't shouldn't wasn't weren't won't wouldn't".split(' '),
  ...'despite neither none nope nor not nothing nowhere rarely seldom uh-uh uhuh without'.split(' '),
];

export const INTENSIFIERS = [
  ...'absolutely amazingly awfully completely considerable considerably decidedly deeply effing'.split(' '),
  ...'enormous enormously entirely especially exceptional exceptionally extreme extremely fabulously'.split(
    ' ',
  ),
  ...'flippin flipping frackin fracking frickin fricking friggin frigging fuckin fucking fuggin'.split(' '),
  ...'fugging fully greatly hella highly hugely incredible incredibly intensely major majorly more'.split(
    ' ',
  ),
  ...'most particularly purely quite really remarkably so substantially thoroughly total totally'.split(' '),
  ...'tremendous tremendously uber unbelievably unusually utter utterly very'.split(' '),
];

export const DAMPENERS = [
  ...'almost barely hardly kinda kindof kind-of less little marginal marginally occasional'.split(' '),
  ...'occasionally partly scarce scarcely slight slightly somewhat sorta sortof sort-of'.split(' '),
  'just enough',
  'kind of',
  'sort of',
];

/** Phrases whose valence replaces that of their words. */
export const IDIOMS: Readonly<Record<string, number>> = {
  'the shit': 3,
  'the bomb': 3,
  'bad ass': 1.5,
  'bus stop': 0,
  'yeah right': -2,
  'kiss of death': -1.5,
  'to die for': 3,
  'beating heart': 3.1,
  'broken heart': -2.9,
  'cut the mustard': 2,
  'hand to mouth': -2,
  'upper hand': 1,
  'break a leg': 2,
  'cooking with gas': 2,
  'on the ball': 2,
  'under the weather': -2,
  'in the black': 2,
  'in the red': -2,
  'without doubt': 1.11,
  'without a doubt': 1.11,
  'without any doubt': 1.11,
};

/** Phrases that do not negate, although a word in them does. */
export const NEUTRAL = ['at least', 'very least'];

/** Words of vader+crypto/2 that negate the whole clause after them: 'nobody in this group likes it'. */
export const CLAUSE_NEGATIONS = ['hardly', 'neither', 'no one', 'no-one', 'nobody', 'noone', 'scarcely'];

/** Valence of a price move by a number of percent. */
export const MOVE = 1.4;

/** Words that tell a rise or a fall where a number of percent is near: 'up 9 %', '12 percent lower'. */
export const RISES = [
  ...'climb climbed climbing climbs gain gained gaining gains green higher increase increased increases'.split(
    ' ',
  ),
  ...'jump jumped jumping jumps rallied rally rise risen rises rising rose soared spiked surged up'.split(
    ' ',
  ),
];
export const FALLS = [
  ...'correction declined declines decrease decreased dip dipped dips down drop dropped dropping drops fall'.split(
    ' ',
  ),
  ...'fallen falling falls fell lose loses losing lost lower plunged red shed sheds sank sinks slid slides'.split(
    ' ',
  ),
  ...'slipped slips tumbled tumbles'.split(' '),
];

export const PERCENTS = ['%', 'pct', 'percent', 'per cent'];
