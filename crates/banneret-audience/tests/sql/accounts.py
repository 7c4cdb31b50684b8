"""Holds SQL against the plain evaluator on generated accounts, with the book that ships.

    accounts.py PROGRAMS ENGINES ACCOUNTS [FOLDER]

PROGRAMS is where `banneret` and, under `examples`, `accounts` and `accounts_table` are built;
ENGINES are names with commas between them. Every banner and segment is asked of every account, and
the answers are compared row by row. Then counts, breakdowns and differences of every banner over
some of the accounts are compared with what `banneret preview` and `banneret diff` count.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[4]
NOW = "2026-05-04T12:00:00Z"
FEW = 10_000
SOME = ["payment_failed_first", "account_restricted_managers", "invoice_reminder", "bank_confirmation_by"]
# The shipped book with a table of its own: other names, and facts that are dated by themselves.
WAREHOUSE = """
warehouse:
  table: accounts
  id: account
  as_of: row_at
  names: underscores
  columns:
    recon.state: {name: "Recon \\"state\\"", as_of: recon_state_at}
    recon.duplicate_charge: {as_of: as_of_recon_duplicate_charge}
    refund.amount: {as_of: as_of_refund_amount}
    refund.for_duplicate: {as_of: as_of_refund_for_duplicate}
    refund.state: {as_of: as_of_refund_state}
"""
MICROS = 1_777_896_000_000_000


def main():
    programs, engines, accounts, *folder = sys.argv[1:]
    programs = pathlib.Path(programs).resolve()
    if folder:
        return compare(programs, engines, int(accounts), pathlib.Path(folder[0]))
    with tempfile.TemporaryDirectory(prefix="banneret-accounts-") as folder:
        compare(programs, engines, int(accounts), pathlib.Path(folder))


def compare(programs, engines, accounts, folder):
    work = Work(programs, folder)
    work.make(accounts)
    wrong = []
    for engine in engines.split(","):
        asked = [
            (audience["name"], audience["column"], audience["queries"][engine])
            for audience in work.audiences
        ]
        path = folder / "accounts.parquet"
        if work.engine(engine, ["compare", path, "account"], asked, stdout=None).returncode:
            wrong.append(f"{engine}: answers")
        wrong += [f"{engine}: {what}" for what in work.counts(engine)]
    if wrong:
        raise SystemExit("DIFFERENT: " + "; ".join(wrong))
    print("All alike.")


class Work:
    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder
        self.book = folder / "book"

    def run(self, program, *words, **how):
        words = [str(word) for word in words]
        return subprocess.run([self.programs / program, *words], check=True, **how)

    def make(self, accounts):
        shutil.rmtree(self.book, ignore_errors=True)
        shutil.copytree(ROOT / "rules", self.book)
        with open(self.book / "banneret.yaml", "a") as manifest:
            manifest.write(WAREHOUSE)
        lines = self.folder / "accounts.ndjson"
        began = time.monotonic()
        if not lines.exists():
            with open(lines, "wb") as out:
                self.run("examples/accounts", "--accounts", accounts, stdout=out)
        self.audiences = self.table(lines, "accounts.parquet")
        few = self.folder / "few.ndjson"
        with open(lines, "rb") as all, open(few, "wb") as some:
            some.writelines(line for _, line in zip(range(FEW), all))
        self.table(few, "few.parquet")
        print(f"{accounts} accounts and what the plain evaluator says of {len(self.audiences)} "
              f"audiences took {time.monotonic() - began:.0f} s", flush=True)

    def table(self, lines, name):
        with open(lines, "rb") as accounts:
            told = self.run(
                "examples/accounts_table", self.book, self.folder / name, NOW,
                stdin=accounts, stdout=subprocess.PIPE, text=True,
            )
        return [json.loads(line) for line in told.stdout.splitlines()]

    def sql(self, dialect, name, *ask):
        words = ["sql", name, "--book", self.book, "--dialect", dialect, "--now", NOW, *ask]
        return self.run("banneret", *words, stdout=subprocess.PIPE, text=True).stdout

    def engine(self, name, words, asked, stdout=subprocess.PIPE):
        driver = pathlib.Path(__file__).with_name("engines.py")
        words = [sys.executable, driver, name, *(str(word) for word in words)]
        return subprocess.run(words, input=json.dumps(asked), text=True, stdout=stdout)

    def json(self, *words):
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        return json.loads(self.run("banneret", *words, "--format", "json", **how).stdout)

    def counts(self, engine):
        """What the engine counts otherwise than the command does."""
        if not hasattr(self, "counted"):
            lines = ["--accounts", self.folder / "few.ndjson", "--now", NOW]
            by = ["--by", "billing.dunning_state,viewer.role"]
            self.counted = self.json("preview", *SOME, "--book", self.book, *lines, *by)["audiences"]
            self.moved = self.json("diff", self.old_book(), self.book, *lines)["banners"]
        moved = {banner["banner"]: banner["accounts"] for banner in self.moved}
        queries = []
        for audience in self.counted:
            name = audience["name"]
            queries.append(self.sql(engine, name))
            queries.append(self.sql(engine, name, "breakdown"))
            queries.append(self.sql(engine, name, "sample", "5"))
            queries.append(self.sql(engine, name, "diff", self.old_book()))
        answer = self.engine(engine, ["rows", self.folder / "few.parquet"], queries)
        answers = iter(json.loads(answer.stdout))
        wrong = []
        for audience in self.counted:
            name = audience["name"]
            found = [next(answers) for _ in range(4)]
            for what, is_alike in {
                "count": alike_count(audience, found[0]),
                "breakdown": alike_breakdown(audience, found[1]),
                "sample": alike_sample(audience, found[2]),
                "diff": alike_diff(audience, moved.get(name), found[3]),
            }.items():
                if not is_alike:
                    wrong.append(f"{what} of {name}")
        numbers = len(self.counted)
        print(f"{engine}: counts, breakdowns, samples and differences of {numbers} banners over "
              f"{FEW} accounts: {'DIFFERENT ' + str(wrong) if wrong else 'alike'}", flush=True)
        return wrong

    def old_book(self):
        """The book before a change: it asked for more, and for less."""
        old = self.folder / "old"
        if not old.exists():
            shutil.copytree(self.book, old)
            for file in old.glob("*.banner"):
                text = file.read_text()
                text = text.replace("between 2 and 4 days ago", "between 1 and 5 days ago")
                text = text.replace("viewer.role in {owner, admin}", "viewer.role == owner")
                file.write_text(text)
        return old


def outcomes(row):
    return [int(row[name]) for name in ("true", "false", "unknown")]


def alike_count(audience, rows):
    [row] = rows
    standing = audience["standing"]
    mine = [int(row[name]) for name in ("in_dunning", "good", "standing_unknown")]
    about = (row["audience"], row["kind"], int(row["now"]), row["query"], int(row["banneret"]))
    return (
        outcomes(row) == outcomes(audience)
        and mine == [standing[name] for name in ("in_dunning", "good", "unknown")]
        and about == (audience["name"], "banner", MICROS, "count", 1)
    )


def alike_breakdown(audience, rows):
    facts = ("billing.dunning_state", "viewer.role")
    mine = {tuple(row[fact] or "unknown" for fact in facts): outcomes(row) for row in rows}
    theirs = {tuple(row["values"][fact] for fact in facts): outcomes(row) for row in audience["by"]}
    return mine == theirs and len(rows) == len(theirs)


def alike_sample(audience, rows):
    ids = [row["id"] for row in rows]
    return len(set(ids)) == len(ids) == min(5, audience["true"])


def alike_diff(audience, moved, rows):
    by_standing = {row["standing"]: row for row in rows}
    mine = {
        moved: {
            standing: int(by_standing.get(standing, {}).get(moved, 0))
            for standing in ("in_dunning", "good", "unknown")
        }
        for moved in ("entered", "left", "stayed")
    }
    if moved is None:
        nobody = all(not number for what in ("entered", "left") for number in mine[what].values())
        return nobody and sum(mine["stayed"].values()) == audience["true"]
    unknown = sum(int(row["unknown"]) for row in rows)
    theirs = {what: {name: moved[what][name] for name in mine[what]} for what in mine}
    return mine == theirs and unknown == moved["unknown"]


if __name__ == "__main__":
    main()
