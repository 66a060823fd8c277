#!/usr/bin/python3
"""A drive with everything that goes wrong on one: two modems of a real ModemManager, two on
serial ports, a real gpsd, the collector between them. What was done, and when by the clock the
collector stamps its samples with, goes to DIR/truth.jsonl; drive_check.py holds the trip log
against it.

    drive.py DIR --collect PROGRAM [--seconds S] [--interval-ms MS] [--hold-s S] [--seed N]

The modems of a kind share its faults, each of which is suffered once, whatever the seconds;
then all suffer any, in a random order, until the seconds are over. A fault lasts until the log
shows it.
"""
import argparse
import asyncio
import contextlib
import glob
import json
import math
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timezone

import nmea_feed

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE_S = 60  # nothing here takes as long on a machine that is not asleep


class Fault:
    """What a modem is told, for how long at least, and the state that a sample must show
    (None: any) before it is over."""

    def __init__(self, name, state, wishes, *, hold_s=0.0):
        self.name = name
        self.state = state
        self.wishes = wishes
        self.hold_s = hold_s


SILENCE_S = 7.0  # over the 5 s after which nothing may be claimed any more
EVERY_MODEM = [
    Fault("lost", "no_service", {"stat": 2}),
    Fault("lost, and said so", "no_service", {"stat": 2, "say": "+CEREG: 2"}),
    Fault("lost, level repeated", "no_service", {"stat": 2, "repeats_levels": True}),
    Fault("no cell at all", "no_service", {"tech": "none"}),
    Fault("not searching", "no_service", {"stat": 0}),
    Fault("denied", "limited", {"stat": 3}),
    Fault("roaming", "in_service", {"stat": 5, "plmn": "45208", "operator": "Other"}),
    Fault("on WCDMA", "in_service", {"tech": "WCDMA", "rscp_dbm": -101}),
    Fault("levels 99 and 255", "in_service", {"levels_unknown": True}),
    Fault("garbled", None, {"garble": 6}),
    Fault("mute", "unknown", {"mute": True}, hold_s=SILENCE_S),
    Fault("mute in a hole", "unknown", {"mute": True, "stat": 2}, hold_s=SILENCE_S),
    Fault("vanished", "unknown", {"hang_up": True}, hold_s=SILENCE_S),
]
SERIAL_ONLY = [
    Fault("registration unknown", "unknown", {"stat": 4}),  # ModemManager calls it idle
    Fault("emergency calls only", "limited", {"stat": 8}),
    Fault("SIM removed", "radio_off", {"sim": False}),
    Fault("CFUN=0", "radio_off", {"radio": 0}),
    Fault("flight mode", "radio_off", {"radio": 4}),
    Fault("slow", "in_service", {"delay_s": 0.3}, hold_s=3.0),
    Fault("on GSM", "in_service", {"tech": "GSM", "rssi_dbm": -95}),
]
WELL = {"stat": 1, "tech": "LTE", "mute": False, "levels_unknown": False, "garble": 0,
        "repeats_levels": False, "radio": 1, "sim": True, "delay_s": 0, "operator": "Home"}
CALM_S = 1.5
BETWEEN_DEATHS_S = 90


class Drive:
    """The desk: where things are, the truth's file, and the log as it grows."""

    def __init__(self, options):
        self.dir = os.path.abspath(options.dir)
        self.collect = os.path.abspath(options.collect)
        self.interval_ms = options.interval_ms
        self.hold_s = options.hold_s
        self.until_s = time.monotonic() + options.seconds
        self.random = random.Random(options.seed)
        self.file = open(self.path("truth.jsonl"), "w", encoding="utf-8", buffering=1)
        # simulators tell CLOCK_MONOTONIC, the log has CLOCK_BOOTTIME
        self.ahead_s = time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
        self.children = []
        self.log = None

    def path(self, name):
        return os.path.join(self.dir, name)

    def note(self, who, mono_s, **facts):
        entry = {"t_ms": math.floor((mono_s + self.ahead_s) * 1000), "who": who, **facts}
        self.file.write(json.dumps(entry) + "\n")

    @property
    def over(self):
        return time.monotonic() >= self.until_s

    def start(self, name, *command, **more):
        with open(self.path(name + ".err"), "ab") as err:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=err,
                                     stdout=err, **more)
        self.children.append(child)
        return child

    async def run(self, *command):
        child = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL,
                                                     stdout=subprocess.DEVNULL)
        if await child.wait() != 0:
            raise RuntimeError(f"{command} ended with {child.returncode}")

    def ask(self, sql, *values):
        """Rows of the log, also while it is written."""
        if self.log is None:
            found = glob.glob(self.path("trips/*.gpkg"))
            self.log = found[0] if found else None
        if self.log is None:
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self.log}?mode=ro", uri=True)) as db:
            try:
                return db.execute(sql, values).fetchall()
            except sqlite3.OperationalError:  # not yet made
                return []

    async def until(self, what, happens):
        end = time.monotonic() + PATIENCE_S
        while not happens():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain for: {what}")
            await asyncio.sleep(0.1)


class Modem:
    """A simulated modem as the drive treats it. `sim` is the operator of its SIM, by which
    the log's rows are found."""

    def __init__(self, drive, name, control, sim):
        self.drive = drive
        self.name = name
        self.control = control
        self.sim = sim

    async def tell(self, fault, **wishes):
        reader, writer = await asyncio.open_unix_connection(self.control)
        writer.write(json.dumps(wishes).encode() + b"\n")
        reply = json.loads(await reader.readline())
        writer.close()
        if "error" in reply:
            raise ValueError(reply["error"])
        mono_s = reply.pop("mono_s")
        reply["plugged"] = not wishes.get("hang_up", False)
        self.drive.note(self.name, mono_s, sim_mccmnc=self.sim, fault=fault, modem=reply)
        return math.floor((mono_s + self.drive.ahead_s) * 1000)

    def level(self):
        return {"rsrp_dbm": float(self.drive.random.randint(-125, -75)),
                "rscp_dbm": float(self.drive.random.randint(-110, -70)),
                "rsrq_db": float(self.drive.random.randint(-18, -5))}

    async def shows(self, state, since_ms):
        def logged():
            return self.drive.ask(
                "SELECT 1 FROM sample JOIN modem USING (modem_id) WHERE sim_mccmnc = ? AND "
                "t_mono_ms > ? AND state = coalesce(?, state) LIMIT 1", self.sim, since_ms,
                state)
        await self.drive.until(f"{self.name} {state} after {since_ms}", logged)

    async def plug(self):
        """Back on its port."""

    async def suffer(self, fault):
        since_ms = await self.tell(fault.name, **fault.wishes)
        await asyncio.sleep(max(fault.hold_s, self.drive.hold_s))
        await self.shows(fault.state, since_ms)
        well = dict(WELL, plmn=self.sim, **self.level())
        if "hang_up" in fault.wishes:
            well["plug_in"] = True
        elif "say" in fault.wishes:
            well["say"] = "+CEREG: 1"
        since_ms = await self.tell("", **well)
        await self.plug()
        await self.shows("in_service", since_ms)
        await asyncio.sleep(CALM_S)

    async def suffer_all(self, faults):
        since_ms = await self.tell("", **dict(WELL, plmn=self.sim, **self.level()))
        await self.shows("in_service", since_ms)
        for fault in faults:
            await self.suffer(fault)


async def suffer_shared(modems, faults):
    """Each fault by one of the modems."""
    await asyncio.gather(*(modem.suffer_all(faults[i::len(modems)])
                           for i, modem in enumerate(modems)))


async def suffer_until(modems, faults, until_s):
    """Any fault by any modem."""
    async def suffer(modem):
        while time.monotonic() < until_s:
            await modem.suffer(modem.drive.random.choice(faults))
    await asyncio.gather(*(suffer(modem) for modem in modems))


class SerialModem(Modem):
    def __init__(self, drive, name, sim, imei, **settings):
        control = drive.path(name + ".control")
        super().__init__(drive, name, control, sim)
        settings.update(imei=imei, imsi=sim + "9876543210", plmn=sim)
        drive.start(name, sys.executable, os.path.join(HERE, "at_sim.py"), "--control", control,
                    "--pty", drive.path(name), *(f"{k}={v}" for k, v in settings.items()))


class ManagedModem(Modem):
    def __init__(self, drive, number, sim):
        super().__init__(drive, f"mm{number}", drive.path(f"mm/modem{number}"), sim)
        self.number = number
        self.was_pulled = False

    async def tell(self, fault, **wishes):
        self.was_pulled = self.was_pulled or "hang_up" in wishes
        wishes.pop("plug_in", None)
        return await super().tell(fault, **wishes)

    async def plug(self):
        if self.was_pulled:
            self.was_pulled = False
            await self.drive.run(os.path.join(HERE, "mm_stand.sh"), "plug",
                                 self.drive.path("mm"), str(self.number))


class Managed:
    """The modems of ModemManager, and ModemManager itself."""

    def __init__(self, drive):
        self.drive = drive
        self.modems = [ManagedModem(drive, 1, "45204"), ManagedModem(drive, 2, "45202")]

    async def stand(self, action):
        await self.drive.run(os.path.join(HERE, "mm_stand.sh"), action, self.drive.path("mm"))

    async def die(self):
        await self.stand("kill")
        self.drive.note("modemmanager", time.monotonic(), fault="killed", alive=False)
        await asyncio.sleep(SILENCE_S)
        self.drive.note("modemmanager", time.monotonic(), fault="", alive=True)
        await self.stand("restart")
        since_ms = math.floor(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000)
        for modem in self.modems:
            await modem.shows("in_service", since_ms)

    async def suffer(self):
        await suffer_shared(self.modems, EVERY_MODEM)
        await self.die()
        while not self.drive.over:
            until_s = min(time.monotonic() + BETWEEN_DEATHS_S, self.drive.until_s)
            await suffer_until(self.modems, EVERY_MODEM, until_s)
            await self.die()


class Receiver:
    """A receiver that moves along a winding road, behind a real gpsd."""

    def __init__(self, drive, tcp_port, udp_port):
        self.drive = drive
        self.tcp_port = tcp_port
        self.udp_port = udp_port
        self.fixed = True
        self.silent = False
        self.gpsd = None
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def start_gpsd(self):
        self.gpsd = self.drive.start("gpsd", "gpsd", "-N", "-n", "-S", str(self.tcp_port),
                                     f"udp://127.0.0.1:{self.udp_port}")

    async def feed(self):
        begin_s = time.monotonic()
        while True:
            now_s = time.monotonic()
            along = now_s - begin_s
            lat = round(22.60 + 1e-4 * along, 6)  # 11 m/s north
            lon = round(106.10 + 2e-3 * math.sin(along / 40), 6)
            if not self.silent:
                self.drive.note("gps", now_s, lat=lat, lon=lon, fixed=self.fixed)
                bodies = nmea_feed.epoch(datetime.now(timezone.utc), lat, lon, self.fixed)
                text = "".join(map(nmea_feed.sentence, bodies))
                self.sock.sendto(text.encode(), ("127.0.0.1", self.udp_port))
            await asyncio.sleep(0.5)

    def note(self, fault):
        self.drive.note("receiver", time.monotonic(), fault=fault)

    async def shows(self, condition):
        since_ms = math.floor(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000)
        await self.drive.until(f"samples {condition}", lambda: self.drive.ask(
            f"SELECT 1 FROM sample WHERE t_mono_ms > ? AND {condition} LIMIT 1", since_ms))

    async def lose_fix(self):
        self.note("fix lost")
        self.fixed = False
        await self.shows("geom IS NULL")
        self.fixed = True

    async def fall_silent(self):
        self.note("silent")
        self.silent = True
        await self.shows("geom IS NULL OR fix_age_ms > 5000")
        self.silent = False

    async def kill_gpsd(self):
        self.note("gpsd killed")
        self.gpsd.kill()
        self.gpsd.wait()
        await self.shows("geom IS NULL OR fix_age_ms > 5000")
        self.start_gpsd()

    async def suffer(self):
        faults = [self.lose_fix, self.fall_silent, self.kill_gpsd]
        once = list(faults)
        while once or not self.drive.over:
            await self.shows("geom IS NOT NULL AND fix_age_ms < 2000")
            self.note("")
            await asyncio.sleep(CALM_S)
            await (once.pop(0) if once else self.drive.random.choice(faults))()
        await self.shows("geom IS NOT NULL AND fix_age_ms < 2000")
        self.note("")


async def suffer_serial(modems):
    await suffer_shared(modems, EVERY_MODEM + SERIAL_ONLY)
    await suffer_until(modems, EVERY_MODEM + SERIAL_ONLY, modems[0].drive.until_s)


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def write_config(drive, gpsd_port):
    with open(drive.path("collect.yaml"), "w", encoding="utf-8") as file:
        file.write(f"output: {drive.path('trips')}\ninterval_ms: {drive.interval_ms}\n"
                   "disk_warn_mb: 2\ndisk_stop_mb: 1\n"
                   f"gpsd: {{host: 127.0.0.1, port: {gpsd_port}}}\nmodems:\n"
                   "  - {source: modemmanager}\n"
                   f"  - {{source: at, port: {drive.path('a')}, name: alpha}}\n"
                   f"  - {{source: at, port: {drive.path('b')}, name: beta}}\n")


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("dir")
    parser.add_argument("--collect", required=True)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--interval-ms", type=int, default=500)
    parser.add_argument("--hold-s", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    os.makedirs(options.dir, exist_ok=True)
    drive = Drive(options)
    gpsd_port = free_port(socket.SOCK_STREAM)
    receiver = Receiver(drive, gpsd_port, free_port(socket.SOCK_DGRAM))
    write_config(drive, gpsd_port)
    feed = None
    try:
        await drive.run(os.path.join(HERE, "mm_stand.sh"), "start", drive.path("mm"), "2")
        serial = [SerialModem(drive, "a", "45201", "356938035651118"),
                  SerialModem(drive, "b", "45205", "356938035652223", maker="Quectel",
                              model="EC25")]
        for modem in serial:
            await drive.until(modem.control, lambda m=modem: os.path.exists(m.control))
        receiver.start_gpsd()
        feed = asyncio.create_task(receiver.feed())
        bus = "unix:path=" + drive.path("mm/bus")
        collector = drive.start("collector", drive.collect, "run", "--plain", "--config",
                                drive.path("collect.yaml"),
                                env=dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bus))
        await asyncio.gather(receiver.suffer(), Managed(drive).suffer(), suffer_serial(serial))
        drive.note("end", time.monotonic())
        collector.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(collector.wait, PATIENCE_S)
        if code != 0:
            raise RuntimeError(f"the collector ended with {code}")
    finally:
        if feed:
            feed.cancel()
        for child in drive.children:
            if child.poll() is None:
                child.kill()
        await drive.run(os.path.join(HERE, "mm_stand.sh"), "stop", drive.path("mm"))


if __name__ == "__main__":
    asyncio.run(main())
