import { DistinctCount, type StoredDistinct } from '../../core/sketch/hyperloglog.ts';
import { QuantileSketch, type StoredQuantiles } from '../../core/sketch/quantiles.ts';
import { FrequentWords, type StoredFrequent } from '../../core/sketch/space-saving.ts';
import type { PostFacts } from './post-facts.ts';
import { addPost, mergeSums, newSums, type SentimentSums } from './sentiment-sums.ts';

/** A bucket as JSON. */
export interface StoredBucket {
  readonly all: SentimentSums;
  readonly clean: SentimentSums;
  readonly firsts: number;
  readonly marks: Readonly<Record<string, number>>;
  readonly authors: StoredDistinct;
  readonly hashtags: StoredFrequent;
  readonly followers: StoredQuantiles;
}

/** The posts about a coin within a span of time, summarized. Buckets merge: an hour is the sum of its minutes. */
export class PostBucket {
  readonly all = newSums();
  /** Of the posts without marks. */
  readonly clean = newSums();
  /** Authors whose first post about the coin is in it. */
  firsts = 0;
  readonly marks = new Map<string, number>();
  readonly authors = new DistinctCount();
  readonly hashtags = new FrequentWords();
  readonly followers = new QuantileSketch();

  static from({ all, clean, firsts, marks, authors, hashtags, followers }: StoredBucket): PostBucket {
    const bucket = new PostBucket();
    Object.assign(bucket.all, all);
    Object.assign(bucket.clean, clean);
    bucket.firsts = firsts;
    for (const [name, count] of Object.entries(marks)) bucket.marks.set(name, count);
    bucket.authors.merge(DistinctCount.from(authors));
    bucket.hashtags.merge(FrequentWords.from(hashtags));
    bucket.followers.merge(QuantileSketch.from(followers));
    return bucket;
  }

  /** `marks`: its own, and those that it gets from other posts. */
  add({ score, followers, author, hashtags }: PostFacts, marks: readonly string[]): void {
    addPost(this.all, score, followers);
    if (marks.length === 0) addPost(this.clean, score, followers);
    for (const name of marks) this.marks.set(name, (this.marks.get(name) ?? 0) + 1);
    if (author !== null) this.authors.add(author);
    if (followers !== null) this.followers.add(followers);
    for (const tag of new Set(hashtags)) this.hashtags.add(tag);
  }

  merge(other: PostBucket): void {
    mergeSums(this.all, other.all);
    mergeSums(this.clean, other.clean);
    this.firsts += other.firsts;
    for (const [name, count] of other.marks) this.marks.set(name, (this.marks.get(name) ?? 0) + count);
    this.authors.merge(other.authors);
    this.hashtags.merge(other.hashtags);
    this.followers.merge(other.followers);
  }

  toJSON(): StoredBucket {
    const { all, clean, firsts, authors, hashtags, followers } = this;
    const marks = Object.fromEntries(this.marks);
    return {
      all,
      clean,
      firsts,
      marks,
      authors: authors.toJSON(),
      hashtags: hashtags.toJSON(),
      followers: followers.toJSON(),
    };
  }
}
