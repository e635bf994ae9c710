import { UserError } from '../../../core/errors.ts';
import type { NewRecord } from '../../../core/stream/record.ts';
import { type SourcePosition, sourceLockedError } from '../../log.ts';
import type { Partitioner } from '../client/partitioner.ts';
import { Transactions } from '../client/transactions.ts';
import type { Kafka } from '../kafka.ts';
import { readState } from './offset-store.ts';

const HEADERS = { schema: 'place/1' };
const NO_OFFSETS: ReadonlyMap<string, number> = new Map();

/** Stores source offsets in a compacted topic of the app, in the same transaction as the records. */
export class SourceOffsets {
  readonly #kafka: Kafka;
  readonly #partitions: Partitioner;
  readonly #topic: string;
  readonly #open = new Map<string, { readonly transactions: Transactions; value: string | undefined }>();

  constructor(kafka: Kafka, partitions: Partitioner) {
    this.#kafka = kafka;
    this.#partitions = partitions;
    this.#topic = `${kafka.context.app}.places`;
  }

  async get(name: string): Promise<string | undefined> {
    const known = this.#open.get(name);
    if (known !== undefined) return known.value;
    if ((await this.#partitions.find(this.#topic)) === undefined) return undefined;
    return (await readState(this.#kafka, this.#topic, 0)).get(name);
  }

  /**
   * Appends in one transaction; opening it fences other readers of the same source. Throws UserError `locked` if the
   * stored offset is no longer `previous`.
   */
  async append(records: readonly NewRecord[], position: SourcePosition): Promise<void> {
    for (let retried = false; ; retried = true) {
      const stored = this.#open.get(position.name) ?? (await this.#load(position.name));
      if (retried && stored.value === position.value) return;
      if (stored.value !== position.previous) {
        this.#forget(position.name);
        throw sourceLockedError(position.name);
      }
      const note = {
        topic: this.#topic,
        partitionKey: position.name,
        key: position.name,
        value: position.value,
        headers: HEADERS,
      };
      const placed = await this.#partitions.assign(records);
      placed.push({ topic: this.#topic, partition: 0, records: [note] });
      try {
        await stored.transactions.commit({ records: placed, group: '', offsets: NO_OFFSETS, partition: 0 });
        stored.value = position.value;
        return;
      } catch (error) {
        this.#forget(position.name);
        if (!(error instanceof UserError && error.code === 'fenced')) throw error;
        // Interrupted, or fenced by another reader: the stored offset shows which, and whether the commit succeeded.
      }
    }
  }

  /** Resolves when the last commit of each source is visible to every consumer. */
  async waitUntilVisible(): Promise<void> {
    for (const { transactions } of this.#open.values()) await transactions.waitUntilVisible();
  }

  async #load(name: string) {
    if ((await this.#partitions.find(this.#topic)) === undefined)
      await this.#partitions.create(this.#topic, { partitions: 1, retentionMs: undefined, compacted: true });
    const transactions = await Transactions.open(this.#kafka, `${this.#kafka.context.app}.place.${name}`);
    const stored = { transactions, value: (await readState(this.#kafka, this.#topic, 0)).get(name) };
    this.#open.set(name, stored);
    return stored;
  }

  #forget(name: string): void {
    this.#open.get(name)?.transactions.close();
    this.#open.delete(name);
  }
}
