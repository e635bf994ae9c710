import { type Option, optionalText, text } from '../../core/option.ts';
import { DEFAULT_URL, parseDatabase, parseUrl } from './client/address.ts';
import { parseTemplate } from './collections.ts';

const url: Option<string | undefined> = {
  ...optionalText(
    '--url',
    '<mongodb://host:port>',
    `Server, without credentials: those come from CRYPTOPIPE_MONGO_USER and CRYPTOPIPE_MONGO_PASSWORD (or CRYPTOPIPE_MONGO_PASSWORD_FILE). Else MONGODB_URI or MONGO_URL, which may hold them; else ${DEFAULT_URL}.`,
  ),
  parse: parseUrl,
};

const collection: Option<string | undefined> = {
  ...optionalText(
    '--collection',
    '<template>',
    "Collection of a record, with {coin} (its symbol; the tag of a post about none), {coin_name} and {topic} (default: {coin_name} for posts, {topic} for the others). Without the coin in it, a post about two coins is one document, the later one's.",
  ),
  parse: parseTemplate,
};

function parseWriteConcern(value: string): 'majority' | number {
  if (value === 'majority') return value;
  if (/^[1-9]\d?$/.test(value)) return Number(value);
  throw new RangeError(`'${value}' is neither majority nor a number of members from 1 to 99`);
}

/** How MongoDB is reached; `purge` needs the same. */
export const mongoOptions = {
  url,
  db: {
    ...optionalText('--db', '<name>', 'Database; else the one in the path of the URL, else tweets.'),
    parse: parseDatabase,
  } as Option<string | undefined>,
  collection,
  writeConcern: {
    ...text('--write-concern', '<majority|count>', 'Members that have a write before it counts.', 'majority'),
    fallback: 'majority',
    parse: parseWriteConcern,
  } as Option<'majority' | number>,
};
