"""What delta-rs, Polars and DuckDB see of the tables below s3://BUCKET/PREFIX at ENDPOINT: one JSON object on stdout."""
import json, os, sys
import duckdb, duckdb_extensions, polars
import pyarrow.compute as pc
from deltalake import DeltaTable

endpoint, prefix, key, secret = sys.argv[1:5]
options = {
    'AWS_ENDPOINT_URL': endpoint, 'AWS_ALLOW_HTTP': 'true', 'AWS_REGION': 'us-east-1',
    'AWS_ACCESS_KEY_ID': key, 'AWS_SECRET_ACCESS_KEY': secret,
}
prices, tweets = f'{prefix}/prices', f'{prefix}/tweets_processed'

table = DeltaTable(prices, storage_options=options).to_pyarrow_table()
delta_rs = [table.num_rows, pc.sum(table['price']).as_py(), pc.min(table['time']).as_py().isoformat(),
            pc.max(table['time']).as_py().isoformat(), table['market_cap'].null_count]
posts = DeltaTable(tweets, storage_options=options).to_pyarrow_table().sort_by('id')
delta_posts = [[row[name] for name in ('id', 'text', 'hashtags', 'followers_count')] for row in posts.to_pylist()]

frame = polars.read_delta(prices, storage_options=options)
polars_seen = [frame.height, frame['price'].sum(), frame['time'].min().isoformat(), frame['time'].max().isoformat(),
               frame['market_cap'].null_count()]
frame = polars.read_delta(tweets, storage_options=options).sort('id')
polars_posts = [list(row) for row in frame.select('id', 'text', 'hashtags', 'followers_count').rows()]

for name in ('httpfs', 'delta'):
    duckdb_extensions.import_extension(name)
duck = duckdb.connect()
duck.sql("LOAD httpfs; LOAD delta; SET TimeZone = 'UTC'")
host = endpoint.removeprefix('http://')
duck.execute(f"CREATE SECRET (TYPE s3, KEY_ID '{key}', SECRET '{secret}', ENDPOINT '{host}', USE_SSL false, URL_STYLE 'path', REGION 'us-east-1')")
duck_seen = list(duck.sql(f"""SELECT count(*), sum(price), min(time), max(time), count(*) FILTER (WHERE market_cap IS NULL)
    FROM delta_scan('{prices}')""").fetchone())
duck_seen = [value.isoformat() if hasattr(value, 'isoformat') else value for value in duck_seen]
duck_posts = [list(row) for row in duck.sql(f"SELECT id, text, hashtags, followers_count FROM delta_scan('{tweets}') ORDER BY id").fetchall()]

print(json.dumps({
    'delta-rs': [delta_rs, delta_posts], 'Polars': [polars_seen, polars_posts], 'DuckDB': [duck_seen, duck_posts],
}), flush=True)
# Threads of the readers sometimes abort the interpreter while it ends.
os._exit(0)
