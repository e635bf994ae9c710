/** The post fields that processors use. Further expansions would add billed posts. */
export const STREAM_FIELDS = {
  'tweet.fields':
    'created_at,lang,public_metrics,entities,author_id,referenced_tweets,possibly_sensitive,note_tweet',
  expansions: 'author_id',
  'user.fields': 'username,name,public_metrics,verified,created_at',
} as const;
