"""Runs queries of `banneret sql --dialect spark` and writes their rows, a JSON object a line.

    spark-submit audience.py --out ROWS.ndjson [--table NAME=PARQUET]… [--now TIME] QUERY.sql…

Without `--table` the queries read what the catalogue of the cluster calls so. `--now` gives the
parameter `:now` of queries that were written without a moment.
"""

import argparse
import datetime
import pathlib

from pyspark.sql import SparkSession
from pyspark.sql.functions import struct, to_json


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("queries", nargs="+", type=pathlib.Path)
    # `spark-submit` mixes warnings into standard output.
    words.add_argument("--out", required=True, type=pathlib.Path, metavar="ROWS.ndjson")
    words.add_argument("--table", action="append", default=[], metavar="NAME=PARQUET")
    words.add_argument("--now", type=datetime.datetime.fromisoformat)
    parsed = words.parse_args()
    if parsed.now and parsed.now.tzinfo is None:
        words.error("--now needs a zone: write 2026-05-04T12:00:00+00:00")
    words = parsed

    spark = SparkSession.builder.appName("banneret").getOrCreate()
    # Columns that have no zone are read in the session's.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    for table in words.table:
        name, path = table.split("=", 1)
        spark.read.parquet(path).createOrReplaceTempView(name)
    given = {} if words.now is None else {"now": words.now}
    # A row says of each of its columns what it is, also where that is null.
    whole = to_json(struct("*"), {"ignoreNullFields": "false"})
    with open(words.out, "w") as out:
        for query in words.queries:
            rows = spark.sql(query.read_text(), args=given)
            out.writelines(f"{line}\n" for [line] in rows.select(whole).collect())
    spark.stop()


if __name__ == "__main__":
    main()
