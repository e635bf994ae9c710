"""What delta-rs and Polars see of the lake given as the argument: one JSON object on stdout."""
import datetime, json, os, sys
import polars
import pyarrow
import pyarrow.compute as pc
from deltalake import DeltaTable, QueryBuilder

lake = sys.argv[1]
prices, tweets, caps = (DeltaTable(f'{lake}/{name}') for name in ('prices', 'tweets_processed', 'market_cap'))


def plain(value):
    return value.isoformat() if isinstance(value, (datetime.datetime, datetime.date)) else value


def rows(table):
    return [{name: plain(value) for name, value in row.items()} for row in table.to_pylist()]


def sql(text):
    return rows(pyarrow.table(QueryBuilder().register('prices', prices).execute(text)))


table = prices.to_pyarrow_table()
noon = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.timezone.utc)
frame = polars.scan_delta(f'{lake}/prices')
print(json.dumps({
    'version': prices.version(),
    'files': len(prices.file_uris()),
    'position': prices.transaction_version('app.file/prices/0'),
    'partitions': prices.metadata().partition_columns,
    'types': {field.name: str(field.type) for field in table.schema},
    'rows': table.num_rows,
    'sum': pc.sum(table['price']).as_py(),
    'first': plain(pc.min(table['time']).as_py()),
    'last': plain(pc.max(table['time']).as_py()),
    'nulls': table['market_cap'].null_count,
    'by_coin': prices.to_pyarrow_table(filters=[('coin', '=', 'a/b %')]).num_rows,
    'by_time': prices.to_pyarrow_table(filters=[('time', '>=', noon)]).num_rows,
    'by_price': prices.to_pyarrow_table(filters=[('price', '>', 1e9)]).num_rows,
    'sql': sql("select coin, count(*) as n, max(price) as high from prices where time >= '2026-03-02T12:00:00Z' group by coin order by coin"),
    'sql_text': sql("select count(*) as n from prices where source = 'file'"),
    'polars': frame.filter(polars.col('time') >= noon).select(polars.len()).collect().item(),
    'polars_type': str(frame.collect_schema()['time']),
    'tweets': rows(tweets.to_pyarrow_table().sort_by('id')),
    'polars_tweets': polars.read_delta(f'{lake}/tweets_processed').sort('id')['hashtags'].to_list(),
    'caps': rows(caps.to_pyarrow_table()),
    'stats': sorted(pyarrow.table(prices.get_add_actions(flatten=True)).column_names),
}), flush=True)
# Threads of the readers sometimes abort the interpreter while it ends.
os._exit(0)
