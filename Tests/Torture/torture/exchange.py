"""kill -9 of all zones while rows come from real tables and a program, and replies go back into tables and to a program."""

import shutil
from pathlib import Path

from .kills import Executioner, count_kills, failpoints, strike, wait_for
from .installation import CONFIGS, ZONES
from .postgres import Postgres
from .tables import Growing, Log, Requests, Sqlite
from .trial import Trial

OVERLAY = CONFIGS.parent / "exchange"
PROGRAMS = CONFIGS.parent.parent.parent / "channel-configs/programs"
#: The instants that these ways in and out pass by themselves, in the process that faces the outside.
PASSED = ("intake.", "journal.", "fetch.", "reply.")
#: Passed only where a source is ill, which a table here never is.
NOT_PASSED = ("reply.postponed",)
REJECTS = "rejects of rows without text"


class ExchangeTrial(Trial):
    def make_upstreams(self):
        config = self.installation.folder / "config"
        shutil.rmtree(config / "web")
        shutil.copytree(OVERLAY, config, dirs_exist_ok=True)
        shutil.copy(PROGRAMS / "keep-replies.sh", config / "programs")
        # PostgreSQL's own user has to reach its folder.
        self.folder.chmod(0o711)
        self.postgres = Postgres(self.folder / "postgres")
        front, program = self.folder / "front.db", self.folder / "program"
        program.mkdir()
        self.installation.environment.update(
            TORTURE_POSTGRES=self.postgres.url, TORTURE_FRONT_FILE=str(front), TORTURE_PROGRAM_FOLDER=str(program))
        self.front = Requests(self.books, self.pace, "F", self.postgres.session, "timestamp", False)
        self.file = Requests(self.books, self.pace, "S", lambda: Sqlite(front), "text", True)
        return (
            self.front, self.file, Log(self.books, self.pace, self.postgres.session), Growing(self.books, self.pace, program))

    def end_upstreams(self):
        try:
            for upstream in self.upstreams:
                if upstream.replies.ident:
                    upstream.replies.join(10)
        finally:
            self.postgres.end()

    def is_expected(self, reject):
        """A row without text is meant to be one."""
        spoiled = len(self.front.spoiled) + len(self.file.spoiled)
        if reject["reject"].get("field") != "description" or reject.get("channel") not in ("web-front", "web-file"):
            return False
        self.counts[REJECTS] = self.counts.get(REJECTS, 0) + 1
        return self.counts[REJECTS] <= spoiled

    def examine_tables(self):
        """The rows as they stand in the end."""
        faults, crashed = [], 0
        for upstream in (self.front, self.file):
            wrong, failed = upstream.faults(self.books.tickets)
            faults += wrong
            crashed += failed
        spoiled = len(self.front.spoiled) + len(self.file.spoiled)
        found = self.counts.setdefault(REJECTS, 0)
        if found != spoiled:
            faults.append(f"{spoiled} rows without text, {found} rejects of them")
        self.counts["rows failed as crash"] = crashed
        self.counts["rows that stand wrong"] = len(faults)
        self.faults += faults[:5]


def run(options):
    names = failpoints(options.binary)
    own = [name for name in names["external"] if name.startswith(PASSED) and name not in NOT_PASSED]
    with ExchangeTrial("exchange", options, per_second=60) as trial:
        trial.begin(start=False)
        shares = {"external": own, "relay": [], "internal": []}
        kills = {"external": options.kills // 5, "relay": options.kills // 15, "internal": options.kills // 15}
        killers = [Executioner(trial, zone, shares[zone], kills[zone], options.seed) for zone in ZONES]
        wait_for(trial, killers)
        trial.finish()
        trial.examine_tables()
        count_kills(trial, killers, len(own))
    return trial


def control(options):
    """A gateway that marks rows before it commits their tickets: the books have to see the loss, and the rows too."""
    with ExchangeTrial("exchange-control", options, per_second=60) as trial:
        trial.installation.environment["SLUICE_FAILPOINT"] = "acknowledge-before-commit"
        trial.begin()
        strike(trial, options.seed, "taken", "no row was taken")
        trial.finish(patience=8)
        trial.examine_tables()
        lost, wrong = trial.counts.get("lost", 0), trial.counts.get("rows that stand wrong", 0)
        trial.verdict = f"{lost} taken rows lost, seen by the observer; {wrong} rows stand wrong"
        trial.faults = [] if lost and wrong else ["rows that were marked before the commit were not missed", *trial.faults]
    return trial
