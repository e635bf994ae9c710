"""What Spark with Delta Lake sees of the table given as the argument: one JSON object on the last line of stdout."""
import json, sys
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master('local[1]')
    .config('spark.jars.packages', 'io.delta:delta-spark_2.13:4.0.0')
    .config('spark.sql.extensions', 'io.delta.sql.DeltaSparkSessionExtension')
    .config('spark.sql.catalog.spark_catalog', 'org.apache.spark.sql.delta.catalog.DeltaCatalog')
    .config('spark.sql.session.timeZone', 'UTC')
    .config('spark.ui.enabled', 'false')
    .getOrCreate()
)
spark.read.format('delta').load(sys.argv[1]).createOrReplaceTempView('prices')
row = spark.sql(
    'SELECT count(*) AS n, sum(price) AS total, min(time) AS first, max(time) AS last, '
    'count_if(market_cap IS NULL) AS nulls, count(DISTINCT coin) AS coins FROM prices'
).first()
print(json.dumps({'n': row.n, 'total': row.total, 'first': row['first'].isoformat(), 'last': row['last'].isoformat(),
                  'nulls': row.nulls, 'coins': row.coins}))
