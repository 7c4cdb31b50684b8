"""Polars and DuckDB on the workloads: `peers.py ENGINE THREADS PLACE FILE RULES`.

Reads one workload's name a line (or `peak`) from standard input, and writes how long it took, in
seconds, and what it came to, as JSON. The engine loads the table first where PLACE is `memory`."""

import datetime
import json
import os
import resource
import sys
import time

engine, threads, place, path, rules = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads
with open(rules) as file:
    RULES = json.load(file)
WORDS = ["dunning.state", "subscription.status", "account.plan", "viewer.role", "account.country",
         "payment.method", "viewer.locale", "viewer.app"]


def row_of(value):
    return "~" if value is None else str(value)


class DuckDb:
    def __init__(self):
        import duckdb
        self.db = duckdb.connect()
        self.db.execute(f"SET threads={threads}; SET TimeZone='UTC'")
        self.table = f"read_parquet('{path}')"
        if place == "memory":
            columns = []
            for number, word in enumerate(WORDS):
                self.db.execute(f'CREATE TYPE w{number} AS ENUM (SELECT DISTINCT "{word}" FROM '
                                f'{self.table} WHERE "{word}" IS NOT NULL ORDER BY 1)')
                columns.append(f'"{word}"::w{number} AS "{word}"')
            self.db.execute(f"CREATE TABLE t AS SELECT * REPLACE ({','.join(columns)}) FROM {self.table}")
            self.table = "t"

    def rule(self, tree):
        kind, *rest = tree
        if kind == "not":
            return f"(NOT {self.rule(rest[0])})"
        if kind in ("and", "or"):
            return "(" + f" {kind.upper()} ".join(self.rule(part) for part in rest[0]) + ")"
        fact, test, value = rest
        column = f'"{fact}"'
        listed = ",".join(f"'{word}'" for word in value) if isinstance(value, list) else ""
        return {
            "in": lambda: f"({column} = {listed})" if len(value) == 1 else f"({column} IN ({listed}))",
            "not_in": lambda: f"({column} <> {listed})" if len(value) == 1 else f"({column} NOT IN ({listed}))",
            "at_least": lambda: f"({column} >= {value})",
            "below": lambda: f"({column} < {value})",
            "since": lambda: f"({column} >= TIMESTAMPTZ '{value}')",
            "starts": lambda: f"({column} LIKE '{value}%')",
            "unknown": lambda: f"({column} IS NULL)",
            "yes": lambda: column,
            "no": lambda: f"(NOT {column})",
        }[test]()

    def rows(self, query):
        return self.db.execute(query).fetchall()

    def A(self):
        return [self.rows(f"SELECT count(*) FROM {self.table} WHERE {self.rule(RULES['A'])}")[0][0]]

    def B(self):
        counts = ",".join(f"sum(CASE WHEN {self.rule(rule)} THEN 1 ELSE 0 END)" for rule in RULES["B"])
        return [int(count) for count in self.rows(f"SELECT {counts} FROM {self.table}")[0]]

    def C(self):
        where = f"FROM {self.table} WHERE {self.rule(RULES['C'])}"
        groups = self.rows(f'SELECT "dunning.state", "account.plan", count(*) {where} GROUP BY ALL')
        sample = self.rows('SELECT id, "dunning.state", "account.plan", "viewer.role", "account.country" '
                           f"{where} ORDER BY id LIMIT 20")
        return [sorted([row_of(one), row_of(two), many] for one, two, many in groups), len(sample)]

    def D(self):
        old, new = (f"coalesce({self.rule(rule)}, false)" for rule in RULES["D"])
        changed = [f"sum(CASE WHEN {one} AND NOT {other} THEN 1 ELSE 0 END)"
                   for one, other in ((new, old), (old, new))]
        rows = self.rows(f'SELECT "dunning.state", {changed[0]}, {changed[1]} FROM {self.table} GROUP BY ALL')
        return sorted([row_of(state), int(one), int(other)] for state, one, other in rows)


class Polars:
    def __init__(self):
        import polars
        self.polars = polars
        assert polars.thread_pool_size() == int(threads)
        self.how = {}
        self.frame = None
        if place == "memory":
            frame = polars.read_parquet(path)
            enums = [polars.col(word).cast(polars.Enum(sorted(frame[word].drop_nulls().unique().to_list())))
                     for word in WORDS]
            self.frame = frame.with_columns(enums).rechunk()

    def table(self):
        return self.polars.scan_parquet(path) if self.frame is None else self.frame.lazy()

    def rule(self, tree):
        kind, *rest = tree
        if kind == "not":
            return ~self.rule(rest[0])
        if kind in ("and", "or"):
            first, *others = (self.rule(part) for part in rest[0])
            for other in others:
                first = first & other if kind == "and" else first | other
            return first
        fact, test, value = rest
        column = self.polars.col(fact)
        return {
            "in": lambda: column == value[0] if len(value) == 1 else column.is_in(value),
            "not_in": lambda: column != value[0] if len(value) == 1 else ~column.is_in(value),
            "at_least": lambda: column >= value,
            "below": lambda: column < value,
            "since": lambda: column >= datetime.datetime.fromisoformat(value.replace("Z", "+00:00")),
            "starts": lambda: column.cast(self.polars.String).str.starts_with(value),
            "unknown": lambda: column.is_null(),
            "yes": lambda: column,
            "no": lambda: ~column,
        }[test]()

    def A(self, how):
        return [self.table().filter(self.rule(RULES["A"])).select(self.polars.len()).collect(engine=how).item()]

    def B(self, how):
        sums = [self.rule(rule).sum().alias(str(number)) for number, rule in enumerate(RULES["B"])]
        return [int(count) for count in self.table().select(sums).collect(engine=how).row(0)]

    def C(self, how):
        table = self.table().filter(self.rule(RULES["C"]))
        groups = table.group_by("dunning.state", "account.plan").agg(self.polars.len()).collect(engine=how)
        sample = table.select("id", "dunning.state", "account.plan", "viewer.role", "account.country")
        sample = sample.bottom_k(20, by="id").sort("id").collect(engine=how)
        return [sorted([row_of(one), row_of(two), many] for one, two, many in groups.rows()), len(sample)]

    def D(self, how):
        old, new = (self.rule(rule).fill_null(False) for rule in RULES["D"])
        changed = [(new & ~old).sum().alias("entered"), (old & ~new).sum().alias("left")]
        rows = self.table().group_by("dunning.state").agg(changed).collect(engine=how).rows()
        return sorted([row_of(state), int(one), int(other)] for state, one, other in rows)


peer = {"duckdb": DuckDb, "polars": Polars}[engine]()
print(json.dumps("ready"), flush=True)


def timed(run):
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def asked(workload):
    run = getattr(peer, workload)
    if engine != "polars":
        return timed(run)
    # Polars has two engines; the first time shows which of them is the faster here.
    if workload not in peer.how:
        tried = {how: timed(lambda: run(how)) for how in ("in-memory", "streaming")}
        assert tried["in-memory"][1] == tried["streaming"][1], "Polars disagrees with itself"
        peer.how[workload] = min(tried, key=lambda how: tried[how][0])
        return tried[peer.how[workload]]
    return timed(lambda: run(peer.how[workload]))


for line in sys.stdin:
    line = line.strip()
    if line == "peak":
        print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024), flush=True)
    else:
        print(json.dumps(asked(line)), flush=True)
