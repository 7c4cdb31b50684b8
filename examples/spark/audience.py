"""Runs queries of `banneret sql --dialect spark` and writes their rows, a JSON object a line.

    spark-submit audience.py [--table NAME=PARQUET]… [--now TIME] QUERY.sql… > rows.ndjson

Without `--table` the queries read what the catalogue of the cluster calls so. `--now` gives the
parameter `:now` of queries that were written without a moment.
"""

import argparse
import datetime
import pathlib

from pyspark.sql import SparkSession


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("queries", nargs="+", type=pathlib.Path)
    words.add_argument("--table", action="append", default=[], metavar="NAME=PARQUET")
    words.add_argument("--now", type=datetime.datetime.fromisoformat)
    words = words.parse_args()

    spark = SparkSession.builder.appName("banneret").getOrCreate()
    # A row says of each of its columns what it is, also where that is null.
    spark.conf.set("spark.sql.jsonGenerator.ignoreNullFields", "false")
    # Columns that have no zone are read in the session's.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    for table in words.table:
        name, path = table.split("=", 1)
        spark.read.parquet(path).createOrReplaceTempView(name)
    given = {} if words.now is None else {"now": words.now}
    for query in words.queries:
        rows = spark.sql(query.read_text(), args=given)
        for row in rows.toJSON().collect():
            print(row, flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
