import { UserError } from '../../../core/errors.ts';
import type { NewRecord } from '../../../core/stream/record.ts';
import { type Mark, readByAnother } from '../../log.ts';
import type { Partitions } from '../client/partitions.ts';
import { Transactions } from '../client/transactions.ts';
import type { Kafka } from '../kafka.ts';
import { readState } from './offset-store.ts';

const HEADERS = { schema: 'place/1' };
const NO_OFFSETS: ReadonlyMap<string, number> = new Map();

/** Sources' places, in a compacted topic of the app, written in the same transaction as the records. */
export class SourceOffsets {
  readonly #kafka: Kafka;
  readonly #partitions: Partitions;
  readonly #topic: string;
  readonly #open = new Map<string, { readonly transactions: Transactions; value: string | undefined }>();

  constructor(kafka: Kafka, partitions: Partitions) {
    this.#kafka = kafka;
    this.#partitions = partitions;
    this.#topic = `${kafka.opener.app}.places`;
  }

  async get(name: string): Promise<string | undefined> {
    const known = this.#open.get(name);
    if (known !== undefined) return known.value;
    if ((await this.#partitions.find(this.#topic)) === undefined) return undefined;
    return (await readState(this.#kafka, this.#topic, 0)).get(name);
  }

  /**
   * One transaction; opening it fences another reader of the same thing. Throws Problem `locked` when the place is not
   * `previous` any more.
   */
  async append(records: readonly NewRecord[], mark: Mark): Promise<void> {
    for (let tried = false; ; tried = true) {
      const place = this.#open.get(mark.name) ?? (await this.#take(mark.name));
      if (tried && place.value === mark.value) return;
      if (place.value !== mark.previous) {
        this.#forget(mark.name);
        throw readByAnother(mark.name);
      }
      const note = { topic: this.#topic, by: mark.name, key: mark.name, value: mark.value, headers: HEADERS };
      const placed = await this.#partitions.place(records);
      placed.push({ topic: this.#topic, partition: 0, records: [note] });
      try {
        await place.transactions.commit({ placed, group: '', offsets: NO_OFFSETS, partition: 0 });
        place.value = mark.value;
        return;
      } catch (error) {
        this.#forget(mark.name);
        if (!(error instanceof UserError && error.code === 'fenced')) throw error;
        // Cut short, or another reader came: the place itself tells which, and whether the step was done.
      }
    }
  }

  /** Waits until the last step of each place is visible to every reader. */
  async settle(): Promise<void> {
    for (const { transactions } of this.#open.values()) await transactions.settle();
  }

  async #take(name: string) {
    if ((await this.#partitions.find(this.#topic)) === undefined)
      await this.#partitions.create(this.#topic, { partitions: 1, retentionMs: undefined, compacted: true });
    const transactions = await Transactions.open(this.#kafka, `${this.#kafka.opener.app}.place.${name}`);
    const place = { transactions, value: (await readState(this.#kafka, this.#topic, 0)).get(name) };
    this.#open.set(name, place);
    return place;
  }

  #forget(name: string): void {
    this.#open.get(name)?.transactions.close();
    this.#open.delete(name);
  }
}
