#!/usr/bin/python3
"""A GPS receiver on a desk: sends NMEA 0183 to a UDP port, where gpsd listens
("udp://127.0.0.1:PORT"), until it is stopped.

    nmea_feed.py PORT LAT LON [--clock-s SECONDS] [--every-s SECONDS]

SIGUSR1 takes the fix away (the receiver goes on talking), SIGUSR2 gives it back. --clock-s is
what the receiver's clock is ahead of the system's.
"""
import argparse
import signal
import socket
import time
from datetime import datetime, timedelta, timezone


def sentence(body):
    checksum = 0
    for byte in body.encode():
        checksum ^= byte
    return f"${body}*{checksum:02X}\r\n"


def angle(degrees, width, positive, negative):
    """Degrees as NMEA has them: whole degrees and minutes in one number, and a letter."""
    whole, minutes = divmod(round(abs(degrees) * 60e5), 60 * 10**5)
    return f"{whole:0{width}d}{minutes / 1e5:08.5f},{positive if degrees >= 0 else negative}"


def epoch(utc, lat, lon, fixed):
    """The sentences of one epoch, in the order of a u-blox receiver."""
    clock = utc.strftime("%H%M%S.") + f"{utc.microsecond // 10000:02d}"
    date = utc.strftime("%d%m%y")
    if not fixed:
        return [f"GPRMC,{clock},V,,,,,,,{date},,,N", f"GPGGA,{clock},,,,,0,00,99.99,,,,,,",
                "GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99", "GPGSV,1,1,00"]
    place = f"{angle(lat, 2, 'N', 'S')},{angle(lon, 3, 'E', 'W')}"
    return [f"GPRMC,{clock},A,{place},1.000,90.00,{date},,,A",
            f"GPGGA,{clock},{place},1,06,0.90,812.3,M,-30.0,M,,",
            "GPGSA,A,3,02,05,12,15,25,29,,,,,,,1.60,0.90,1.30",
            "GPGSV,2,1,06,02,65,040,44,05,40,110,41,12,35,200,40,15,30,280,38",
            "GPGSV,2,2,06,25,50,320,42,29,22,060,36"]


class Receiver:
    def __init__(self):
        self.fixed = True

    def lose(self, *_):
        self.fixed = False

    def find(self, *_):
        self.fixed = True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("port", type=int)
    parser.add_argument("lat", type=float)
    parser.add_argument("lon", type=float)
    parser.add_argument("--clock-s", type=float, default=0)
    parser.add_argument("--every-s", type=float, default=0.5)
    options = parser.parse_args()
    receiver = Receiver()
    signal.signal(signal.SIGUSR1, receiver.lose)
    signal.signal(signal.SIGUSR2, receiver.find)
    ahead = timedelta(seconds=options.clock_s)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        bodies = epoch(datetime.now(timezone.utc) + ahead, options.lat, options.lon,
                       receiver.fixed)
        sock.sendto("".join(map(sentence, bodies)).encode(), ("127.0.0.1", options.port))
        time.sleep(options.every_s)


if __name__ == "__main__":
    main()
