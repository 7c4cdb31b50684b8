"""Asks an engine. `engines.py ENGINE answers` reads `[[PARQUET, [QUERY, …]], …]` from standard
input and writes, for each query, an object from account to truth, or the error as a text.

`engines.py ENGINE compare PARQUET` reads `[[NAME, COLUMN, QUERY], …]`, holds the query's answers
against that column of the table, row by row and inside the engine, and writes a line for each.

`engines.py ENGINE rows PARQUET` reads `[QUERY, …]` and writes the rows of each, as JSON objects.

Each table is called `accounts`. PostgreSQL runs from Debian's packages in a folder of its own.
"""

import decimal
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq


def objects(cursor):
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row)) for row in cursor.fetchall()]
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def plain(value):
    """PostgreSQL's moments are decimal."""
    return int(value) if isinstance(value, decimal.Decimal) else value


class DuckDB:
    def objects(self, query):
        return objects(self.db.execute(query))

    def __init__(self):
        import duckdb

        self.db = duckdb.connect()
        # Nothing may depend on it.
        self.db.execute("SET TimeZone = 'America/New_York'")

    def table(self, path):
        self.db.execute(f"CREATE OR REPLACE VIEW accounts AS FROM read_parquet('{path}')")

    def rows(self, query):
        return self.db.execute(query).fetchall()

    def close(self):
        self.db.close()


class ClickHouse:
    def objects(self, query):
        return [json.loads(line) for line in str(self.db.query(query, "JSONEachRow")).splitlines()]

    def __init__(self):
        from chdb import session

        self.db = session.Session()

    def table(self, path):
        # A list cannot be null there, and would be read as an empty one.
        table = pq.read_table(path)
        for at, field in enumerate(table.schema):
            if pa.types.is_list(field.type):
                lists = [[None] if value is None else value for value in table.column(at).to_pylist()]
                table = table.set_column(at, field.name, pa.array(lists, field.type))
        self.path = path + ".clickhouse"
        pq.write_table(table, self.path)
        self.db.query(f"CREATE OR REPLACE VIEW accounts AS SELECT * FROM file('{self.path}', Parquet)")

    def rows(self, query):
        answer = str(self.db.query(query, "JSONCompactEachRow"))
        return [json.loads(line) for line in answer.splitlines()]

    def close(self):
        self.db.close()


class DataFusion:
    def objects(self, query):
        return [row for batch in self.db.sql(query).collect() for row in batch.to_pylist()]

    def __init__(self):
        import datafusion

        self.datafusion = datafusion

    def table(self, path):
        self.db = self.datafusion.SessionContext()
        self.db.register_parquet("accounts", path)

    def rows(self, query):
        batches = self.db.sql(query).collect()
        return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]

    def close(self):
        pass


TYPES = {"string": "text", "bool": "boolean", "int64": "bigint", "list": "text[]"}


class Postgres:
    def objects(self, query):
        return objects(self.db.execute(query))

    def __init__(self):
        import psycopg

        self.folder = tempfile.mkdtemp(prefix="banneret-postgres-")
        self.programs = os.path.dirname(find("initdb"))
        self.run("initdb", "-A", "trust", "-U", "banneret", "--no-sync", "-E", "UTF8")
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c jit=off -c timezone=America/New_York"
        self.run("pg_ctl", "-o", options, "-l", self.folder + "/log", "-w", "start")
        self.db = psycopg.connect(host=self.folder, user="banneret", dbname="postgres", autocommit=True)

    def run(self, program, *words):
        """A server refuses to run as root, so root runs it as somebody else."""
        command = [os.path.join(self.programs, program), "-D", self.folder + "/data", *words]
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def table(self, path):
        file = pq.ParquetFile(path)
        columns = ", ".join(f"{self.name(field.name)} {self.type(field.type)}" for field in file.schema_arrow)
        self.db.execute("DROP TABLE IF EXISTS accounts")
        self.db.execute(f"CREATE UNLOGGED TABLE accounts ({columns})")
        with self.db.cursor().copy("COPY accounts FROM STDIN (FORMAT csv)") as copy:
            for batch in file.iter_batches():
                columns = [self.column(column) for column in batch.columns]
                sink = pa.BufferOutputStream()
                table = pa.table(columns, names=batch.schema.names)
                csv.write_csv(table, sink, csv.WriteOptions(include_header=False))
                copy.write(sink.getvalue().to_pybytes())
        self.db.execute("ANALYZE accounts")

    @staticmethod
    def name(text):
        return '"' + text.replace('"', '""') + '"'

    @staticmethod
    def type(arrow):
        if pa.types.is_timestamp(arrow):
            return "timestamptz"
        return TYPES["list" if pa.types.is_list(arrow) else str(arrow)]

    @staticmethod
    def column(column):
        """As CSV writes it; a time that no calendar has is before or after all others."""
        if pa.types.is_timestamp(column.type):
            micros = column.cast(pa.int64())
            texts = column.cast(pa.string())
            texts = pc.if_else(pc.greater(micros, 253_402_300_799_999_999), "infinity", texts)
            return pc.if_else(pc.less(micros, -62_135_596_800_000_000), "-infinity", texts)
        if pa.types.is_list(column.type):
            return pa.array([array(value) for value in column.to_pylist()], pa.string())
        return column

    def rows(self, query):
        return self.db.execute(query).fetchall()

    def close(self):
        self.db.close()
        self.run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


def array(members):
    """As PostgreSQL writes one."""
    if members is None:
        return None
    quoted = lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "{" + ",".join("NULL" if member is None else quoted(member) for member in members) + "}"


def find(program):
    for folder in sorted(os.listdir("/usr/lib/postgresql"), reverse=True):
        path = f"/usr/lib/postgresql/{folder}/bin/{program}"
        if os.path.exists(path):
            return path
    raise SystemExit("there is no PostgreSQL: apt-get install postgresql")


class Spark:
    def objects(self, query):
        return [row.asDict() for row in self.db.sql(query).collect()]

    def __init__(self):
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(os.environ.get("BANNERET_SPARK", "local[2]"))
        for name, value in {
            "spark.ui.enabled": "false",
            "spark.sql.session.timeZone": "America/New_York",
            "spark.sql.shuffle.partitions": "2",
            "spark.log.level": "OFF",
        }.items():
            builder = builder.config(name, value)
        self.db = builder.getOrCreate()

    def table(self, path):
        self.db.read.parquet(path).createOrReplaceTempView("accounts")

    def rows(self, query):
        return [tuple(row) for row in self.db.sql(query).collect()]

    def close(self):
        self.db.stop()


ENGINES = {
    "duckdb": DuckDB,
    "clickhouse": ClickHouse,
    "datafusion": DataFusion,
    "postgres": Postgres,
    "spark": Spark,
}


def answers(engine, jobs):
    for table, queries in jobs:
        engine.table(table)
        said = []
        for query in queries:
            try:
                said.append({account: truth for account, truth in engine.rows(query)})
            except Exception as error:
                said.append(f"{type(error).__name__}: {error}")
        yield said


COMPARE = """
SELECT count(*), count(CASE WHEN said.truth = known.{column} THEN 1 END),
  count(CASE WHEN said.truth = 'true' THEN 1 END),
  count(CASE WHEN said.truth = 'false' THEN 1 END),
  count(CASE WHEN said.truth = 'unknown' THEN 1 END)
FROM ({query}) AS said JOIN accounts AS known ON said.id = known.{account}
"""


def compare(engine, name, asked, account):
    """Whether every row says what the column says; False where one does not."""
    well = True
    [[rows]] = engine.rows("SELECT count(*) FROM accounts")
    for audience, column, query in asked:
        began = time.monotonic()
        [numbers] = engine.rows(COMPARE.format(column=column, account=account, query=query))
        found, same, *truths = map(int, numbers)
        alike = found == same == int(rows)
        well = well and alike
        taken = time.monotonic() - began
        print(
            f"{name} {audience}: {same} of {rows} rows alike; true, false, unknown: {truths}; {taken:.1f} s",
            "" if alike else "DIFFERENT",
            flush=True,
        )
    print(f"{name}: {len(asked)} audiences, {rows} rows each: {'all alike' if well else 'DIFFERENT'}")
    return well


def main():
    name, what, *rest = sys.argv[1:]
    engine = ENGINES[name]()
    try:
        if what == "answers":
            print(json.dumps(list(answers(engine, json.load(sys.stdin)))))
        elif what == "compare":
            path, account = rest
            began = time.monotonic()
            engine.table(path)
            print(f"{name}: the table took {time.monotonic() - began:.1f} s", flush=True)
            if not compare(engine, name, json.load(sys.stdin), account):
                raise SystemExit(1)
        elif what == "rows":
            engine.table(rest[0])
            print(json.dumps([engine.objects(query) for query in json.load(sys.stdin)]))
        else:
            raise SystemExit(f"`{what}` cannot be asked")
    finally:
        engine.close()


if __name__ == "__main__":
    main()
