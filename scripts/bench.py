#!/usr/bin/python3
"""Measures the analyzer beside the tools that a planner would pick instead.

    bench.py BUILD_DIR [SECTION...]

Everything is made here from a seed, so that it is the same on every machine. The commands of a
section take turns for ROUNDS rounds (5; slow peers 3, but 1 with ROWS), medians count, and no
time is shown before the results have been compared. Peers do less than lomsong: medians of cells of a
grid of degrees and of hamlets, without projection, rules of quality, judging or a workspace.

Set ROWS for the largest log (10000000; growth is shown at a tenth, at it and, with LONG=1, at ten
times as many), THREADS (the processors). Tables go to stdout and to BUILD_DIR/bench/tables.md;
docs/PERFORMANCE.md keeps the last ones.
"""
import filecmp
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bench")
sys.path.insert(0, PEERS)
from race import Agreement, Racer, Report, race, run  # noqa: E402

ROWS = int(os.environ.get("ROWS", "10000000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
THREADS = int(os.environ.get("THREADS", str(os.cpu_count())))
LONG = os.environ.get("LONG", "") == "1"
ONLY = "bins,areas,hamlets"
RESULTS = ("bins.csv", "areas.csv", "hamlets.csv")

# What of a sample a survey needs.
TRIP_COLUMNS = ("geom,modem_id,t_utc_ms,state,tech,mcc,mnc,rsrp_dbm,rscp_dbm,rxlev_dbm,ss_rsrp_dbm,"
                "fix_mode,fix_age_ms,acc_h95_m,level_age_ms")

# The peers' grid: cells of some 100 m. Its corner lies half a step off the six decimals of
# positions, so that none lies on an edge and all tools agree.
GRID = {"X0": "105.4999995", "X1": "106.5002975", "DX": "0.000974",
        "Y0": "22.2999995", "Y1": "23.1000575", "DY": "0.000903"}


class Bench:
    def __init__(self, build_dir):
        self.build_dir = os.path.abspath(build_dir)
        self.dir = os.path.join(self.build_dir, "bench")
        self.lomsong = os.path.join(self.build_dir, "lomsong-analyze")
        self.data = os.path.join(self.dir, f"data-{self.generators()}")
        shutil.rmtree(self.tmp(), ignore_errors=True)  # workspaces of an older program
        for folder in (self.data, self.tmp()):
            os.makedirs(folder, exist_ok=True)
        os.environ["TMPDIR"] = self.tmp()
        self.report = Report(os.path.join(self.dir, "tables.md"))
        self.missing = []
        # Below /tmp: the path of a socket is short, and the server is another user.
        self.server = os.path.join(tempfile.mkdtemp(dir="/tmp"), "pg")
        os.chmod(os.path.dirname(self.server), 0o755)

    @staticmethod
    def generators():
        """What made the data: other generators' lie in another folder."""
        digest = hashlib.sha256()
        for name in ("gen.c", "trip.c"):
            with open(os.path.join(PEERS, name), "rb") as f:
                digest.update(f.read())
        return digest.hexdigest()[:8]

    def tmp(self, *names):
        return os.path.join(self.dir, "tmp", *names)

    def made(self, name, command):
        """A file of data, made by a command's output where it is not there yet."""
        path = os.path.join(self.data, name)
        if not os.path.exists(path):
            with open(path + ".part", "wb") as f:
                subprocess.run(command, stdout=f, check=True)
            os.rename(path + ".part", path)
        return path

    def gen(self, name, kind, count, extent="province"):
        return self.made(name, [os.path.join(self.dir, "gen"), kind, str(count), extent])

    def rows(self, count=ROWS, extent="province"):
        return self.gen(f"rows-{extent}-{count}.csv", "rows", count, extent)

    def hamlets(self, count=1600, extent="province"):
        return self.gen(f"hamlets-{extent}-{count}.geojson", "hamlets", count, extent)

    def out(self, name):
        """An output directory of lomsong's, and what empties it."""
        path = self.tmp(name)
        return path, lambda: shutil.rmtree(path, ignore_errors=True)

    def survey(self, name, inputs, *options, rounds=None, hamlets=None, only=ONLY):
        path, empty = self.out(name.replace(" ", "_").replace("/", "_"))
        command = [self.lomsong, "survey", path, "--quiet", "--hamlets",
                   hamlets or self.hamlets(), "--threads", str(THREADS), *options]
        if only:
            command += ["--only", only]
        racer = Racer(name, command + list(inputs), rounds or ROUNDS, before=empty)
        racer.out = path
        return racer

    def same(self, one, other):
        """Two surveys gave the same bytes."""
        for name in RESULTS:
            if not filecmp.cmp(os.path.join(one.out, name), os.path.join(other.out, name), False):
                sys.exit(f"bench.py: {name} of {one.name} and {other.name} differ")

    # The peers that are there, each checked against the others.

    def peer(self, agreement, name, needs, command, rounds, rows):
        lacking = [n for n in needs if not (shutil.which(n) or os.path.exists(n))]
        if lacking:
            self.missing.append(f"{name} ({', '.join(lacking)} not found)")
            return None
        env = {**GRID, "ROWS_CSV": rows, "HAMLETS": self.hamlets(), "TMP": self.tmp(),
               "THREADS": str(THREADS), "NPM_DIR": os.path.join(self.dir, "npm"),
               "PG_DIR": self.server}
        return Racer(name, command, rounds, env, check=agreement.check(name))

    def peers(self, rows):
        agreement = Agreement()
        npm = os.path.join(self.dir, "npm/node_modules")
        script = lambda name: [os.path.join(PEERS, name)]
        slow = 1 if rows == self.rows() else min(ROUNDS, 3)
        wanted = [
            ("DuckDB, cells and hamlets", ["node", f"{npm}/@duckdb"],
             ["node"] + script("peer_duckdb.mjs"), ROUNDS),
            ("Polars, cells", ["node", f"{npm}/nodejs-polars"],
             ["node"] + script("peer_polars.mjs"), ROUNDS),
            ("mawk and sort, cells", ["mawk"], script("peer_mawk.sh"), slow),
            ("GMT, cells", ["gmt", "mawk"], script("peer_gmt.sh"), slow),
            ("SpatiaLite, cells and hamlets", ["spatialite", "ogr2ogr"],
             script("peer_spatialite.sh"), slow),
            ("PostGIS, cells and hamlets (server's processor and memory not counted)",
             ["psql", "/usr/share/postgresql/15/extension/postgis.control"],
             script("peer_postgis.sh"), slow),
        ]
        made = [self.peer(agreement, name, needs, command, rounds, rows)
                for name, needs, command, rounds in wanted]
        return [racer for racer in made if racer]

    def install_peers(self):
        """DuckDB and Polars come as packages of npm; without a network they are left out."""
        folder = os.path.join(self.dir, "npm")
        if not shutil.which("npm") or os.path.exists(os.path.join(folder, "node_modules")):
            return
        os.makedirs(folder, exist_ok=True)
        polars = "0.26.1" # its binary is a package of its own, which not every npm brings along
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, "@duckdb/node-api",
                        f"nodejs-polars@{polars}", f"nodejs-polars-linux-x64-gnu@{polars}"],
                       stdout=subprocess.DEVNULL, check=False)

    # Sections.

    def csv(self):
        """A province from CSV, beside peers and limits."""
        self.install_peers()
        for count in sorted({ROWS // 10, ROWS}):
            rows = self.rows(count)
            ours = self.survey("lomsong, whole pipeline", [rows])
            one = self.survey("lomsong, one thread", [rows], "--threads", "1")
            split = Racer("libcsv, only splitting", [os.path.join(self.dir, "limits"), "split", rows],
                          ROUNDS)
            peers = self.peers(rows)
            server = any("PostGIS" in p.name for p in peers)
            if server:
                self.postgis("start")
            try:
                race([ours, one, split] + peers)
            finally:
                if server:
                    self.postgis("stop")
            self.same(ours, one)
            self.report.racers(f"{count:,} rows of CSV, 1,600 hamlets", [ours, one, split] + peers)
        self.slow_path()
        for line in sorted(set(self.missing)):
            self.report.say(f"\nNot measured: {line}")

    def postgis(self, what):
        subprocess.run([os.path.join(PEERS, "postgis_server.sh"), what, self.server], check=True)

    def slow_path(self):
        """Quoted fields are libcsv's: the same rows, with and without, give the same bytes."""
        rows = self.rows(ROWS // 10)
        quoted = self.made(f"quoted-{ROWS // 10}.csv",
                           ["sed", "-E", r's/[^,]+/"&"/g', rows])
        ours = self.survey("plain rows", [rows])
        theirs = self.survey("the same rows quoted, by libcsv", [quoted])
        race([ours, theirs])
        self.same(ours, theirs)
        self.report.racers(f"{ROWS // 10:,} rows, byte for byte the same results", [ours, theirs])

    def pieces(self, count, packed=False):
        """The rows as `count` files, each with the header."""
        folder = os.path.join(self.data, f"rows-{ROWS}-in-{count}{'-gz' if packed else ''}")
        if not os.path.exists(folder):
            rows, part = self.rows(), folder + ".part"
            shutil.rmtree(part, ignore_errors=True)
            os.makedirs(part)
            # Never between a row and its copy: the copy would be a row of its own.
            split = ('NR == 1 {head = $0; next} n >= each && $0 != last {close(out); n = 0} '
                     '!n {out = sprintf("%s/%04d.csv", dir, files++); print head >out} '
                     '{print >out; last = $0; n++}')
            subprocess.run(["mawk", "-v", f"each={-(-ROWS // count)}", "-v", f"dir={part}", split,
                            rows], check=True)
            if packed:
                subprocess.run(f"ls {part}/* | xargs -P {THREADS} -n 5 gzip -6", shell=True,
                               check=True)
            os.rename(part, folder)
        return sorted(glob.glob(folder + "/*"))

    def gzip(self):
        """The same as a hundred gzip files, beside unpacking them on all processors."""
        files = self.pieces(100, packed=True)
        ours = self.survey("lomsong, 100 gzip files", files)
        unpack = Racer("gzip -dc on all processors",
                       ["sh", "-c", f"ls {os.path.dirname(files[0])}/* | "
                        f"xargs -P {THREADS} -n 5 gzip -dc >/dev/null"], ROUNDS)
        plain = self.survey("lomsong, one CSV", [self.rows()])
        race([ours, unpack, plain])
        self.report.racers(f"{ROWS:,} rows as 100 gzip files", [ours, unpack, plain])
        self.same(ours, plain)

    def trip_logs(self, per_log):
        """The rows as sealed trip logs of the collector's own making."""
        prefix = os.path.join(self.data, f"trip-{ROWS}-by-{per_log}-")
        if not os.path.exists(prefix + "0000.gpkg"):
            with open(self.rows(), "rb") as f:
                subprocess.run([os.path.join(self.dir, "trip"), str(per_log), prefix], stdin=f,
                               check=True)
        return sorted(glob.glob(prefix + "*.gpkg"))

    def trips(self):
        """Trip logs, beside one connection that steps through the same columns."""
        for per_log in (ROWS, ROWS // 100):
            files = self.trip_logs(per_log)
            ours = self.survey(f"lomsong, {len(files)} sealed trip logs", files)
            one = self.survey("lomsong, one thread", files, "--threads", "1")
            scan = Racer("sqlite3_step, the same columns",
                         [os.path.join(self.dir, "scan"), TRIP_COLUMNS, *files], ROUNDS)
            race([ours, one, scan])
            self.same(ours, one)
            self.report.racers(f"{ROWS:,} rows in {len(files)} trip logs", [ours, one, scan])

    def growth(self):
        """Linear in rows, and in logs."""
        counts = [ROWS // 10, ROWS] + ([ROWS * 10] if LONG else [])
        racers = [self.survey(f"{count:,} rows", [self.rows(count)]) for count in counts]
        race(racers)
        self.report.racers("Growth with rows", racers)
        logs = [self.survey(f"{count:,} logs", self.pieces(count)) for count in (1, 10, 100, 1000)]
        race(logs)
        for one in logs[1:]:
            self.same(logs[0], one)
        self.report.racers(f"{ROWS:,} rows in so many logs", logs)

    def one_more(self):
        """A log more, to a workspace of many, and judging again."""
        rows = []
        for count in (10, 1000):
            work = self.tmp(f"many-{count}.lomsong")
            files = self.pieces(1000)
            if not os.path.exists(work):
                run([self.lomsong, "new", work, "--hamlets", self.hamlets()])
                run([self.lomsong, "add", work, "--quiet", *files[:count]])
                run([self.lomsong, "judge", work])
            extra = self.rows(10000)
            def restore(work=work):
                shutil.copyfile(work, self.tmp("more.lomsong"))
            add = Racer("add", [self.lomsong, "add", self.tmp("more.lomsong"), "--quiet", extra],
                        ROUNDS, before=restore)
            race([add])
            again = Racer("judge", [self.lomsong, "judge", self.tmp("more.lomsong")], ROUNDS, before=lambda: (
                restore(), run([self.lomsong, "add", self.tmp("more.lomsong"), "--quiet", extra])))
            race([again])
            rows.append([count, f"{add.median('wall_s'):.2f}", f"{again.median('wall_s'):.2f}"])
        self.report.table("A log of 10,000 rows more", ["logs before", "add, s", "judge, s"], rows)

    def places(self):
        """A country's hamlets."""
        hamlets = self.hamlets(90000, "national")
        clusters = self.gen("clusters-national-180000.csv", "clusters", 180000, "national")
        work = self.tmp("places.lomsong")
        new = Racer("new", [self.lomsong, "new", work, "--hamlets", hamlets, "--clusters", clusters],
                    ROUNDS, before=lambda: [os.remove(f) for f in glob.glob(work + "*")])
        judge = Racer("judge", [self.lomsong, "judge", work], ROUNDS)
        race([new, judge])
        self.report.racers("90,000 hamlets with two clusters each, no logs", [new, judge])

    def judged(self, name, *places, rows):
        """A workspace to publish."""
        work = self.tmp(f"{name}.lomsong")
        run([self.lomsong, "new", work, *places])
        run([self.lomsong, "add", work, "--quiet", rows])
        run([self.lomsong, "judge", work])
        return work

    def publishing(self, name, work, rounds, *only):
        out, empty = self.out("publish")
        racer = Racer(name, [self.lomsong, "publish", work, out, "--quiet", *only], rounds,
                      before=empty)
        racer.out = out
        return racer

    def publish(self):
        """The outputs of a province, beside what OGR takes for one of them, and of the country."""
        work = self.judged("province", "--hamlets", self.hamlets(), rows=self.rows())
        everything = self.publishing("every output", work, ROUNDS)
        table = self.publishing("survey.gpkg alone", work, ROUNDS, "--only", "survey")
        rest = self.publishing("summary alone: what is not writing", work, ROUNDS, "--only",
                               "summary")
        race([everything, rest, table])
        copy = self.tmp("copy.gpkg")
        theirs = Racer("ogr2ogr, the features of survey.gpkg",
                       ["ogr2ogr", "-f", "GPKG", copy, os.path.join(table.out, "survey.gpkg")],
                       ROUNDS, before=lambda: os.path.exists(copy) and os.remove(copy))
        race([theirs])
        self.report.racers("Outputs of a province", [everything, table, rest, theirs])
        self.count_bins(work)
        clusters = self.gen("clusters-national-180000.csv", "clusters", 180000, "national")
        work = self.judged("country", "--hamlets", self.hamlets(90000, "national"), "--clusters",
                           clusters, rows=self.rows(2 * ROWS, "national"))
        everything = self.publishing("every output", work, 1)
        race([everything])
        self.report.racers("Outputs of the country", [everything])
        self.count_bins(work)

    def count_bins(self, work):
        bins = self.publishing("bins.csv", work, 1, "--only", "bins")
        race([bins])
        with open(os.path.join(bins.out, "bins.csv"), "rb") as f:
            self.report.say(f"\n{sum(1 for _ in f) - 1:,} rows in `bins.csv`.")

    def instructions(self):
        """Of one row, the same on any machine of the kind."""
        if not shutil.which("valgrind"):
            self.report.say("\nNot measured: instructions (valgrind not found)")
            return
        counts, table = (100000, 1100000), []
        for name, data in (("CSV", self.rows),):
            seen = []
            for count in counts:
                path, empty = self.out("callgrind")
                empty()
                said = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                            self.lomsong, "survey", path, "--quiet", "--hamlets", self.hamlets(),
                            "--threads", "1", "--only", ONLY, data(count)]).said
                seen.append(int(said.split("Collected :")[1].split()[0]))
            table.append([name, f"{(seen[1] - seen[0]) / (counts[1] - counts[0]):,.0f}",
                          f"{seen[0]:,}"])
        self.report.table("Instructions (callgrind, one thread)",
                          ["input", "per further row", f"whole run of {counts[0]:,} rows"], table)

    SECTIONS = ("csv", "gzip", "trips", "growth", "one_more", "places", "publish", "instructions")

    def head(self):
        with open("/proc/cpuinfo") as f:
            model = [line.split(":")[1].strip() for line in f if line.startswith("model name")]
        digest = hashlib.sha256()
        with open(self.lomsong, "rb") as f:
            digest.update(f.read())
        self.report.say(f"{time.strftime('%Y-%m-%d')}, {len(model)} × {model[0] if model else '?'}, "
                        f"{THREADS} threads, {ROUNDS} rounds, program {digest.hexdigest()[:12]}")


def main():
    if len(sys.argv) < 2 or not os.path.isdir(sys.argv[1]):
        sys.exit("usage: bench.py BUILD_DIR [SECTION...]")
    bench = Bench(sys.argv[1])
    wanted = sys.argv[2:] or Bench.SECTIONS
    unknown = [name for name in wanted if name not in Bench.SECTIONS]
    if unknown:
        sys.exit(f"bench.py: '{unknown[0]}' is not a section; there are {', '.join(Bench.SECTIONS)}")
    bench.head()
    try:
        for name in wanted:
            getattr(bench, name)()
            bench.report.save()
    finally:
        shutil.rmtree(os.path.dirname(bench.server), ignore_errors=True)


if __name__ == "__main__":
    main()
