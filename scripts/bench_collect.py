#!/usr/bin/python3
"""Measures what the collector costs while it logs: four modems on ptys and a GPS at 1 Hz.

    bench_collect.py BUILD_DIR [SECONDS]

Processor time and memory are the collector's own. Its fsyncs are counted in a run of their own,
under strace, which would cost more than the collector does.
"""
import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

SUPPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/support")
WARM_UP_S = 5
MODEMS = ("Deskmodem", "Quectel", "Deskmodem", "Quectel")
TARGETS = {"processor, % of one core": 3.0, "memory, MiB": 20.0, "fsyncs per second": 2.0}


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Desk:
    """The modems and the receiver in a directory of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.children = []
        self.gpsd_port = free_port(socket.SOCK_STREAM)
        udp_port = free_port(socket.SOCK_DGRAM)
        self.start("gpsd", "-N", "-n", "-S", str(self.gpsd_port), f"udp://127.0.0.1:{udp_port}")
        self.start(sys.executable, os.path.join(SUPPORT, "nmea_feed.py"), str(udp_port), "22.6",
                   "106.1", "--every-s", "1")
        for n, maker in enumerate(MODEMS):
            self.start(sys.executable, os.path.join(SUPPORT, "at_sim.py"), "--control",
                       self.path(f"{n}.control"), "--pty", self.path(str(n)), f"maker={maker}",
                       f"imei=3569380356{n}3809", f"imsi=4520{n + 1}9876543210")

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *command):
        self.children.append(subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                              stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL))

    def stop(self):
        for child in self.children:
            child.kill()

    def config(self, name):
        path = self.path(name + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"output: {self.path(name)}\ninterval_ms: 1000\n"
                       f"gpsd: {{host: 127.0.0.1, port: {self.gpsd_port}}}\nmodems:\n")
            for n in range(len(MODEMS)):
                file.write(f"  - {{source: at, port: {self.path(str(n))}}}\n")
        return path

    def collect(self, program, name, *before):
        return subprocess.Popen([*before, program, "run", "--plain", "--config",
                                 self.config(name)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def processor_s(pid):
    """Time on a processor, exact also for one that only ever works for a moment."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024


def measure_load(desk, program, seconds):
    collector = desk.collect(program, "load")
    time.sleep(WARM_UP_S)
    begin_s, used_s, warm_mib = time.monotonic(), processor_s(collector.pid), resident_mib(
        collector.pid)
    time.sleep(seconds)
    share = (processor_s(collector.pid) - used_s) / (time.monotonic() - begin_s)
    mib = resident_mib(collector.pid)
    collector.send_signal(signal.SIGTERM)
    if collector.wait() != 0:
        sys.exit(f"the collector ended with {collector.returncode}")
    print_samples(desk, WARM_UP_S + seconds)
    return 100 * share, mib, mib - warm_mib


def print_samples(desk, seconds):
    """A collector that does not log costs nothing."""
    log = glob.glob(desk.path("load/*.gpkg"))[0]
    with contextlib.closing(sqlite3.connect(log)) as db:
        count, placed = db.execute("SELECT count(*), count(geom) FROM sample "
                                   "WHERE state = 'in_service'").fetchone()
    print(f"{len(MODEMS)} modems and a GPS at 1 Hz: {count} samples in service, {placed} with a "
          f"position, in {seconds:.0f} s")


def measure_fsyncs(desk, program, seconds):
    """Fsyncs per second while running, its start left out."""
    log = desk.path("strace")
    tracer = desk.collect(program, "fsync", "strace", "-f", "-ttt", "-e",
                          "trace=fsync,fdatasync,sync_file_range,syncfs,msync", "-o", log)
    time.sleep(WARM_UP_S)
    begin_s = time.time()
    time.sleep(seconds)
    end_s = time.time()
    with open(f"/proc/{tracer.pid}/task/{tracer.pid}/children", encoding="ascii") as file:
        os.kill(int(file.read().split()[0]), signal.SIGTERM)
    tracer.wait()
    with open(log, encoding="utf-8") as file:
        times = [float(m.group(1)) for m in re.finditer(r"^\d+ +([\d.]+) \w+\(", file.read(), re.M)]
    return sum(begin_s <= t < end_s for t in times) / seconds


def main():
    program = os.path.join(os.path.abspath(sys.argv[1]), "lomsong-collect")
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    folder = tempfile.mkdtemp()
    desk = Desk(folder)
    try:
        percent, mib, growth = measure_load(desk, program, seconds)
        fsyncs = measure_fsyncs(desk, program, seconds / 2) if shutil.which("strace") else None
    finally:
        desk.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"memory grew by {growth:.2f} MiB after the first {WARM_UP_S} s")
    values = zip(TARGETS.items(), (percent, mib, fsyncs))
    for (name, most), value in values:
        text = "not measured: no strace" if value is None else f"{value:.2f}"
        print(f"{name:26} {text:>8}   at most {most:g}")


if __name__ == "__main__":
    main()
