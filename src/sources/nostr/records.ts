import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { jsonText } from '../../core/util/json.ts';
import { postRecords } from '../shared/post-records.ts';
import { rejectLine } from '../shared/rejects.ts';
import { latestTime, type SourceContext } from '../source.ts';
import type { Delivery, ReceivedEvent } from './connection.ts';
import { checkedEvent, deletedIds, type NostrEvent, sha256 } from './event.ts';
import type { SeenEvents } from './seen-events.ts';

/** Deletions remembered at most, for posts that come after them from another relay. */
const MOST_DELETIONS = 50_000;
const DELETION = 5;
const KINDS: readonly number[] = [1, DELETION, 6];

type Clock = Pick<SourceContext, 'now' | 'maxAheadMs'>;

export interface WrittenEvents {
  readonly records: readonly NewRecord[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Makes each event a record once, whichever relay sends it. */
export class EventWriter {
  readonly #seen: SeenEvents;
  readonly #topic: string;
  readonly #clock: Clock;
  /** The author who deleted an event, by its id. */
  readonly #deletedBy = new Map<string, string>();

  constructor(seen: SeenEvents, topic: string, clock: Clock) {
    this.#seen = seen;
    this.#topic = topic;
    this.#clock = clock;
  }

  write({ events, broken }: Delivery): WrittenEvents {
    const records: NewRecord[] = broken.map(({ at, text, why }) => this.#reject(text, why, at));
    const counts: Record<string, number> = {};
    for (const received of events) {
      try {
        const made = this.#recordsOf(received);
        if (typeof made === 'string') counts[made] = (counts[made] ?? 0) + 1;
        else records.push(...made);
      } catch (error) {
        if (!(error instanceof InvalidRecord)) throw error;
        if (this.#isNewReject(received))
          records.push(this.#reject(jsonText(received.event) ?? '', error.message, received.at));
      }
    }
    return { records, counts };
  }

  /** The records of an event, or why it has none. */
  #recordsOf({ event: value, at }: ReceivedEvent): readonly NewRecord[] | string {
    const event = checkedEvent(value);
    const { id, kind, pubkey, created_at } = event;
    if (!KINDS.includes(kind)) return 'other kind';
    const isNew = this.#seen.add(id, created_at);
    if (kind === DELETION) this.#rememberDeletion(event);
    if (!isNew && !this.#isDueAgain(event)) return 'repeat';
    if (this.#deletedBy.get(id) === pubkey) return 'deleted';
    const line = jsonText(event)!;
    const latest = latestTime(this.#clock);
    const records = postRecords(event, line, { source: 'nostr', topic: this.#topic, receivedAt: at, latest });
    return records.length > 0 ? records : 'deletion of something else';
  }

  #rememberDeletion(event: NostrEvent): void {
    for (const id of deletedIds(event)) {
      this.#deletedBy.set(id, event.pubkey);
      if (this.#deletedBy.size > MOST_DELETIONS) this.#deletedBy.delete(this.#deletedBy.keys().next().value!);
    }
  }

  /** A deletion of an earlier run, of a post that another relay gave only now. */
  #isDueAgain(event: NostrEvent): boolean {
    if (event.kind !== DELETION || this.#seen.isFresh(event.id)) return false;
    if (!deletedIds(event).some((id) => this.#seen.isFresh(id))) return false;
    this.#seen.refresh(event.id);
    return true;
  }

  /** Relays repeat invalid events as well. */
  #isNewReject({ event, at }: ReceivedEvent): boolean {
    return this.#seen.add(sha256(`rejected ${jsonText(event)}`), Math.floor(at / 1000));
  }

  #reject(text: string, why: string, at: number): NewRecord {
    return rejectLine({ source: 'nostr', topic: this.#topic }, text, why, at);
  }
}
