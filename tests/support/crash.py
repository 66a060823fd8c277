#!/usr/bin/python3
"""Kills the collector, or cuts its power, at random moments, and looks whether everything that
somebody had been shown before is in the trip log afterwards.

    crash.py kill DIR COUNT --collect PROGRAM [--seed N]    kill -9, also while it starts or seals
    crash.py cut DIR COUNT --collect PROGRAM [--seed N]     DIR/disk, an ext4 on a loop device, is
                                                            shut down without writing its journal

Ends with 77 where no disk can be mounted. Two modems on ptys are logged at 5 Hz.
"""
import argparse
import contextlib
import fcntl
import glob
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE_S = 60
SKIPPED = 77
FS_IOC_SHUTDOWN = 0x8004587D  # linux/fs.h: _IOR('X', 125, __u32)
GOING_FLAGS_NOLOGFLUSH = 2
SQL_SHOWN = "SELECT count(*), coalesce(max(sample_id), 0) FROM sample"


def until(what, happens):
    end_s = time.monotonic() + PATIENCE_S
    while not happens():
        if time.monotonic() > end_s:
            raise TimeoutError(f"waited in vain for: {what}")
        time.sleep(0.01)


def quiet(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, text=True, env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="en"))


class Disk:
    """An ext4 in a file, mounted; where it cannot be, the test is skipped."""

    def __init__(self, folder):
        self.image = os.path.join(folder, "disk.img")
        self.mount_point = os.path.join(folder, "disk")
        os.makedirs(self.mount_point, exist_ok=True)
        with open(self.image, "wb") as file:
            file.truncate(64 << 20)
        made = quiet("mkfs.ext4", "-q", "-F", self.image)
        if made.returncode != 0 or not self.mount():
            print("no ext4 can be mounted here")
            sys.exit(SKIPPED)

    def mount(self):
        return quiet("mount", "-o", "loop,noatime", self.image,
                     self.mount_point).returncode == 0

    def unmount(self):
        until("unmounting", lambda: quiet("umount", self.mount_point).returncode == 0)

    def cut(self):
        root = os.open(self.mount_point, os.O_RDONLY)
        fcntl.ioctl(root, FS_IOC_SHUTDOWN, struct.pack("I", GOING_FLAGS_NOLOGFLUSH))
        os.close(root)


class Shown:
    """What a reader saw of the newest log: by SQL, and by what the collector says."""

    def __init__(self, output):
        self.output = output
        self.status = {}  # log -> samples
        self.rows = {}  # log -> (count, largest id)

    def look(self):
        self.look_at_status()
        for log in newest(self.output):
            with contextlib.suppress(sqlite3.Error):
                self.rows[log] = query(log, SQL_SHOWN)[0]

    def look_at_status(self):
        with contextlib.suppress(OSError, ValueError), \
                socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(os.path.join(self.output, ".status"))
            says = json.loads(client.makefile().read())
            of_modems = sum(modem["samples"] for modem in says["modems"])
            self.status[says["trip"]] = max(says["samples"], of_modems)


def newest(output):
    return sorted(glob.glob(os.path.join(output, "*.gpkg")), key=os.path.getmtime)[-1:]


def query(log, sql):
    with contextlib.closing(sqlite3.connect(f"file:{log}?mode=rw", uri=True)) as db:
        return db.execute(sql).fetchall()


class Run:
    """One life of the collector."""

    def __init__(self, options, output):
        self.options = options
        self.output = output
        self.shown = Shown(output)
        with open(os.path.join(options.dir, "collector.err"), "ab") as err:
            self.process = subprocess.Popen(
                [options.collect, "run", "--plain", "--config",
                 os.path.join(options.dir, "collect.yaml")],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err)

    def live(self, seconds):
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.shown.look()
            time.sleep(0.005)

    def kill(self):
        self.process.kill()
        self.process.wait()


def faults_of(options, log, shown):
    """What is wrong with a log after a crash. Looked at is a copy, to leave the recovery to the
    collector: SQLite rolls back a journal wherever it may write."""
    copy = os.path.join(options.dir, "copy.gpkg")
    for end in ("", "-wal", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(copy + end)
        if os.path.exists(log + end):
            shutil.copyfile(log + end, copy + end)
    try:
        integrity = query(copy, "PRAGMA integrity_check")[0][0]
        count, _ = query(copy, SQL_SHOWN)[0]
        rows, largest = shown.rows.get(log, (0, 0))
        kept = query(copy, f"SELECT count(*) FROM sample WHERE sample_id <= {largest}")[0][0]
    except sqlite3.Error as error:
        return [f"sqlite: {error}"]
    faults = [] if integrity == "ok" else [integrity]
    if kept < rows:
        faults.append(f"{rows} rows were read before, {kept} of them are left")
    if count < shown.status.get(log, 0):
        faults.append(f"{shown.status[log]} samples were shown, {count} are there")
    verdict = quiet(options.collect, "verify", copy)
    if verdict.returncode != 0 or f"{copy}: intact, {count} samples" not in verdict.stdout:
        faults.append(f"verify: {verdict.stdout:.200}")
    gdal = quiet("ogrinfo", "-so", copy, "sample")
    if gdal.returncode != 0 or f"Feature Count: {count}" not in gdal.stdout:
        faults.append(f"ogrinfo: {gdal.stdout:.200}")
    return faults


class Tally:
    def __init__(self):
        self.crashes = self.with_rows = self.rows = 0
        self.faults = []
        self.counts = {}  # log -> rows after its crash

    def add(self, i, options, run):
        self.crashes += 1
        seen = set(run.shown.rows) | set(run.shown.status)
        for log in seen:
            for fault in faults_of(options, log, run.shown):
                self.faults.append(f"crash {i}, {os.path.basename(log)}: {fault}")
        for log in newest(run.output):
            with contextlib.suppress(sqlite3.Error):
                self.counts[log] = query(log, SQL_SHOWN)[0][0]
        shown = max([*run.shown.status.values(), *(r[0] for r in run.shown.rows.values()), 0])
        self.with_rows += shown > 0
        self.rows += shown


def write_config(options, output):
    with open(os.path.join(options.dir, "collect.yaml"), "w", encoding="utf-8") as file:
        file.write(f"output: {output}\ninterval_ms: 200\ndisk_warn_mb: 2\ndisk_stop_mb: 1\n"
                   "gpsd: {host: 127.0.0.1, port: 1}\nmodems:\n")
        for name in "ab":
            file.write(f"  - {{source: at, port: {os.path.join(options.dir, name)}}}\n")


def start_modems(options):
    children = []
    for n, name in enumerate("ab"):
        path = os.path.join(options.dir, name)
        children.append(subprocess.Popen(
            [sys.executable, os.path.join(HERE, "at_sim.py"), "--control", path + ".control",
             "--pty", path, f"imei=35693803564{n}809", f"imsi=4520{n + 1}9876543210"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
        until(path, lambda p=path: os.path.lexists(p))
    return children


def kill_often(options, output, tally):
    for i in range(options.count):
        run = Run(options, output)
        run.live(options.random.choice((0.1, 2.5)) * options.random.random())
        if i % 4 == 3:
            run.process.send_signal(signal.SIGTERM)
            time.sleep(0.03 * options.random.random())
        run.kill()
        tally.add(i, options, run)


def cut_often(options, output, tally, disk):
    for i in range(options.count):
        run = Run(options, output)
        run.live(2.5 * options.random.random())
        disk.cut()
        run.kill()
        disk.unmount()
        if not disk.mount():
            raise RuntimeError("the disk cannot be mounted after the cut")
        tally.add(i, options, run)
        # 64 MB are few; what a cut left has been looked at, recovered and looked at again
        for log in sorted(glob.glob(os.path.join(output, "*.gpkg")))[:-2]:
            check_recovered(options, log, tally)
            os.unlink(log)


def check_recovered(options, log, tally):
    """A log of an earlier run: sealed by the next one, with all that was there."""
    verdict = quiet(options.collect, "verify", log).stdout
    if "sealed, content as recorded" not in verdict:
        tally.faults.append(f"{os.path.basename(log)} was not recovered: {verdict:.200}")
    elif query(log, SQL_SHOWN)[0][0] < tally.counts.get(log, 0):
        tally.faults.append(f"{os.path.basename(log)} lost samples when it was recovered")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("how", choices=["kill", "cut"])
    parser.add_argument("dir")
    parser.add_argument("count", type=int)
    parser.add_argument("--collect", required=True)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    options.dir = os.path.abspath(options.dir)
    options.random = random.Random(options.seed)
    os.makedirs(options.dir, exist_ok=True)
    disk = Disk(options.dir) if options.how == "cut" else None
    output = os.path.join(disk.mount_point if disk else options.dir, "trips")
    write_config(options, output)
    tally = Tally()
    children = start_modems(options)
    try:
        if disk:
            cut_often(options, output, tally, disk)
        else:
            kill_often(options, output, tally)
        last = Run(options, output)
        until("the last run", lambda: last.shown.look() or last.shown.status)
        last.process.send_signal(signal.SIGTERM)
        last.process.wait(PATIENCE_S)
        logs = glob.glob(os.path.join(output, "*.gpkg"))
        for log in logs:
            check_recovered(options, log, tally)
    finally:
        for child in children:
            child.kill()
        if disk:
            disk.unmount()
    print(f"{tally.crashes} crashes, {tally.with_rows} after samples were shown, {tally.rows} "
          f"samples shown, {len(tally.faults)} faults")
    print("\n".join(tally.faults[:20]))
    sys.exit(1 if tally.faults or not tally.with_rows else 0)


if __name__ == "__main__":
    main()
