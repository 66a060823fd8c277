#!/usr/bin/env python3
"""Writes a recording of a drive that never was: make_recording.py [SECONDS [MODEMS]]

Modems on ports, by turns a 3GPP one on LTE and a Quectel on WCDMA, a modem behind
ModemManager as the last of three or more, and a receiver that goes north-east. In every
minute:

    s 10-14  the receiver has no fix
    s 20-29  the first modem has no network
    s 32-36  the second modem is denied
    s 40-47  the first modem is mute, in the middle of a round
    s 50-52  the last modem is pulled
"""
import sys

START_MONO = 5_000_000
START_UTC = 1_763_769_600_000  # 2025-11-22T00:00:00Z


class Recording:
    def __init__(self, out):
        self.out = out
        self.ms = 0

    def head(self):
        self.out.write(
            "lomsong-recording 1\nversion 0.1.0\ndevice desk\ndate 2025-11-22T00:00:00Z\n"
            "boot_id 00000000-0000-4000-8000-000000000000\n"
            f"started_mono_ms {START_MONO}\nstarted_utc_ms {START_UTC}\n"
            "interval_ms 1000\ndistance_m 0\n\n")

    def line(self, source, kind, port, text=""):
        text = text.replace("\\", "\\x5c").replace("\t", "\\x09")
        self.out.write(f"{START_MONO + self.ms} {source} {kind} {port} {text}\n")


def lte(second, lost):
    stat = 2 if lost else 1
    cell = "" if lost else ',"2F41","015A3C07",7'
    level = "99,99,255,255,255,255" if lost else f"99,99,255,255,20,{40 + second % 10}"
    return [("+CFUN?", "+CFUN: 1"), ("+CPIN?", "+CPIN: READY"),
            ("+CEREG?", f"+CEREG: 2,{stat}{cell}"), ("+C5GREG?", None),
            ("+CGREG?", "+CGREG: 2,0"), ("+CREG?", f"+CREG: 2,{stat}{cell}"),
            ("+COPS?", "+COPS: 0" if lost else '+COPS: 0,2,"45204",7'),
            ("+CESQ", f"+CESQ: {level}"), ("+CSQ", f"+CSQ: {99 if lost else 20},99")]


def wcdma(second, denied):
    stat = 3 if denied else 1
    qeng = ('"servingcell","LIMSRV"' if denied else
            '"servingcell","NOCONN","WCDMA",452,02,2F41,15A3C07,10713,311,0,'
            f"-{90 + second % 5},-9,-,-,-,-,-")
    return [("+CFUN?", "+CFUN: 1"), ("+CPIN?", "+CPIN: READY"), ("+CEREG?", "+CEREG: 2,0"),
            ("+C5GREG?", None), ("+CGREG?", f'+CGREG: 2,{stat},"2F41","015A3C07",2'),
            ("+CREG?", f'+CREG: 2,{stat},"2F41","015A3C07",2'),
            ("+COPS?", '+COPS: 0,2,"45202",2'), ('+QENG="servingcell"', f"+QENG: {qeng}")]


class Port:
    """A modem spoken to in AT commands."""

    def __init__(self, number):
        self.number = number
        self.is_lte = number % 2 == 0
        self.port = f"/dev/ttyUSB{number}"
        self.present = False

    def meet(self, r):
        model = "manufacturer=Deskmodem\tmodel=D1" if self.is_lte else \
            "manufacturer=Quectel\tmodel=EC25"
        r.line("at", "=", self.port, f"name=modem{self.number}\t{model}\timei_hash="
               f"{self.number:064x}\tsim_mccmnc={'45204' if self.is_lte else '45202'}\t"
               "mount=vehicle\toffset_db=2")
        self.present = True

    def pull(self, r, gone):
        if gone and self.present:
            r.line("at", "-", self.port)
            self.present = False
        if not gone and not self.present:
            self.meet(r)

    def play(self, r, second):
        at = second % 60
        first, other = self.number == 0, self.number == 1
        r.line("at", "[", self.port)
        answers = (lte(second, first and 20 <= at < 30) if self.is_lte
                   else wcdma(second, other and 32 <= at < 37))
        for n, (command, answer) in enumerate(answers):
            r.line("at", ">", self.port, command)
            r.ms += 5
            if first and 40 <= at < 48 and (at > 40 or n > 4):
                return  # the round has no end before the modem answers again
            if answer:
                r.line("at", "<", self.port, answer)
            r.line("at", "<", self.port, "OK" if answer else "ERROR")
        r.line("at", "]", self.port)


class Object:
    """A modem behind ModemManager."""

    port = "cdc-wdm0"

    def __init__(self):
        self.present = False

    def pull(self, r, gone):
        if gone and self.present:
            r.line("modemmanager", "-", self.port)
            self.present = False
        if not gone and not self.present:
            r.line("modemmanager", "=", self.port, "name=behind\tmodel=MC7455\timei_hash="
                   f"{99:064x}\tsim_mccmnc=45201\tmount=outdoor")
            self.present = True

    def play(self, r, second):
        r.line("modemmanager", ">", self.port)
        r.ms += 80
        confirmed = second % 60 != 55  # once a minute ModemManager only remembers
        r.line("modemmanager", "<" if confirmed else "?", self.port,
               "State=8;PowerState=3;AccessTechnologies=16384;RegistrationState=1;"
               f"OperatorCode=45201;Lte.rsrp=-{95 + second % 7};Lte.rsrq=-11;"
               "3gpp=452,01,0,1F2C403,1A2B")


def clock(second):
    return f"2025-11-22T{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}.000Z"


def receiver(r, second):
    if 10 <= second % 60 < 15:
        tpv = f'{{"class":"TPV","device":"gps0","mode":1,"time":"{clock(second)}"}}'
    else:
        tpv = (f'{{"class":"TPV","device":"gps0","mode":3,"time":"{clock(second)}",'
               f'"lat":{22.6 + 0.0001 * (second % 3600):.9f},'
               f'"lon":{106.1 + 0.00005 * (second % 3600):.9f},"altMSL":812.3,'
               '"track":26.6,"speed":12.2,"eph":6.5}')
    r.line("gpsd", "<", "127.0.0.1:2947", tpv)
    r.line("gpsd", "<", "127.0.0.1:2947",
           '{"class":"SKY","device":"gps0","hdop":0.9,"nSat":14,"uSat":11,"satellites":['
           '{"PRN":3,"el":41.0,"az":110.0,"ss":38.0,"used":true}]}')


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    r = Recording(sys.stdout)
    modems = [Port(n) for n in range(count - 1 if count > 2 else count)]
    if count > 2:
        modems.append(Object())
    r.head()
    for second in range(seconds):
        r.ms = second * 1000
        receiver(r, second)
        r.ms += 10
        for m in modems:
            m.pull(r, m is modems[-1] and 50 <= second % 60 < 53)
        r.line("clock", ".", "-", str(START_UTC + r.ms))
        for m in modems:
            if m.present:
                m.play(r, second)


main()
