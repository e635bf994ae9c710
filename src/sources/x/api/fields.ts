/** The post fields that processors use. */
const FIELDS = {
  'tweet.fields':
    'created_at,lang,public_metrics,entities,author_id,referenced_tweets,possibly_sensitive,note_tweet,article',
  'user.fields': 'username,name,public_metrics,verified,created_at',
} as const;

/**
 * The fields and expansions of a stream. A retweet comes cut at about 140 characters; `isWhole` asks for its original as
 * well, which X bills as one more post.
 */
export const streamFields = (isWhole: boolean) => ({
  ...FIELDS,
  expansions: isWhole ? 'author_id,referenced_tweets.id,referenced_tweets.id.author_id' : 'author_id',
});
