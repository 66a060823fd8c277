#!/usr/bin/python3
"""A modem on a desk: answers AT commands as a plain 3GPP modem (or a Quectel) would, on a pty
or on the abstract socket that ModemManager's test profiles open, while a test changes what it
sees of the network.

    at_sim.py --control SOCKET [--pty LINK] [--abstract NAME] [KEY=VALUE...]

--pty may be given for a direct serial port, --abstract for ModemManager ("abstract:NAME").
The control socket takes one JSON object per line and answers with the whole state, and
"mono_s", the monotonic clock when the change took effect: answers read before are of the old
state, answers sent afterwards are of the new one. Keys are those of Modem below; besides "say"
(sends an unsolicited line), "hang_up" (the modem is pulled) and "plug_in" (its ptys are back).
"""
import argparse
import array
import asyncio
import fcntl
import json
import os
import socket
import sys
import termios
import time
import tty


class Modem:
    """What the modem is and sees. Levels are in dBm and dB; the AT side turns them into the
    indexes of TS 27.007."""

    def __init__(self):
        self.maker = "Deskmodem"
        self.model = "D1"
        self.imei = "356938035643809"
        self.imsi = "452049876543210"
        self.plmn = "45204"
        self.operator = "Viettel"
        self.tech = "LTE"  # LTE, WCDMA, GSM, none
        self.stat = 1  # registration, TS 27.007 10.1.22
        self.area = 0x2F41
        self.cell = 0x15A3C07
        self.pci = 311
        self.arfcn = 1325
        self.rsrp_dbm = -98.0
        self.rsrq_db = -10.0
        self.rssi_dbm = -71.0
        self.rscp_dbm = -92.0
        self.ecno_db = -9.0
        self.sinr_db = 12.0
        self.levels_unknown = False  # 99 and 255 while still registered
        self.repeats_levels = False  # goes on telling the last level without a network
        self.radio = 1  # +CFUN
        self.sim = True  # the SIM is there
        self.mute = False  # hears, does not answer
        self.garble = 0  # this many answers arrive broken
        self.delay_s = 0.0

    def change(self, wishes):
        for key, value in wishes.items():
            if not hasattr(self, key):
                raise KeyError(f"{key} is not a key of the modem: {', '.join(vars(self))}")
            kind = type(getattr(self, key))
            setattr(self, key, value in (True, "1", "true") if kind is bool else kind(value))

    @property
    def in_service(self):
        return self.radio == 1 and self.sim and self.tech != "none" and self.stat in (1, 5)

    @property
    def tells_levels(self):
        return (self.in_service or self.repeats_levels) and not self.levels_unknown


def index(value, low, step, top):
    """The index of a value's interval: 0 is below, `top` at or above (TS 27.007 8.69)."""
    return max(0, min(top, int((value - low) // step) + 1))


def cesq(m):
    known = m.tells_levels
    rxlev, rscp, ecno, rsrq, rsrp = 99, 255, 255, 255, 255
    if known and m.tech == "GSM":
        rxlev = index(m.rssi_dbm, -110, 1, 63)
    if known and m.tech == "WCDMA":
        rscp, ecno = index(m.rscp_dbm, -120, 1, 96), index(m.ecno_db, -24, 0.5, 49)
    if known and m.tech == "LTE":
        rsrq, rsrp = index(m.rsrq_db, -19.5, 0.5, 34), index(m.rsrp_dbm, -140, 1, 97)
    return f"+CESQ: {rxlev},99,{rscp},{ecno},{rsrq},{rsrp}"


def csq(m):
    return f"+CSQ: {max(0, min(31, int((m.rssi_dbm + 113) // 2))) if m.tells_levels else 99},99"


NO_SIM = "+CME ERROR: 10"
ACT = {"GSM": 0, "WCDMA": 2, "LTE": 7}
DOMAINS = {"+CREG": ("GSM", "WCDMA", "LTE"), "+CGREG": ("GSM", "WCDMA"), "+CEREG": ("LTE",)}


def registration(m, command):
    if m.radio != 1 or not m.sim:
        return f"{command}: 2,0"
    if m.tech != "none" and m.tech not in DOMAINS[command]:
        return f"{command}: 2,0"
    if not m.in_service:
        return f"{command}: 2,{2 if m.stat in (1, 5) else m.stat}"
    cell = m.cell & 0xffff if m.tech == "GSM" else m.cell
    return f'{command}: 2,{m.stat},"{m.area:04X}","{cell:08X}",{ACT[m.tech]}'


def cops(m, numeric):
    if not m.in_service:
        return "+COPS: 0"
    name = m.plmn if numeric else m.operator
    return f'+COPS: 0,{2 if numeric else 0},"{name}",{ACT[m.tech]}'


def qeng(m):
    if not m.in_service:
        return f'+QENG: "servingcell","{"LIMSRV" if m.stat in (3, 8) else "SEARCH"}"'
    mcc, mnc = m.plmn[:3], m.plmn[3:]

    def said(*values):
        return ",".join("-" if m.levels_unknown else f"{value:.0f}" for value in values)

    if m.tech == "LTE":
        levels = said(m.rsrp_dbm, m.rsrq_db, m.rssi_dbm, m.sinr_db)
        return (f'+QENG: "servingcell","NOCONN","LTE","FDD",{mcc},{mnc},{m.cell:X},{m.pci},'
                f"{m.arfcn},3,5,5,{m.area:X},{levels},38")
    if m.tech == "WCDMA":
        return (f'+QENG: "servingcell","NOCONN","WCDMA",{mcc},{mnc},{m.area:X},{m.cell:X},'
                f"10713,{m.pci},0,{said(m.rscp_dbm, m.ecno_db)},-,-,-,-,-")
    return (f'+QENG: "servingcell","NOCONN","GSM",{mcc},{mnc},{m.area:X},{m.cell & 0xffff:X},'
            f"12,55,-,{said(m.rssi_dbm)},255,255,0,18,18,1,-,-,-,-,-,-,-,-,-,\"-\"")


class Commands:
    """The answers: lists of lines; None is ERROR, a text another final line."""

    # What ModemManager 1.20 wants to hear before it believes in a modem.
    FIXED = {
        "+GCAP": ["+GCAP: +CGSM"],
        "+CGMR": ["D1-01.02"],
        "+WS46=?": ["+WS46: (12,22,25,28,29)"],
        "+WS46?": ["+WS46: 25"],
        "+CLCK=?": ['+CLCK: ("SC","FD","PS")'],
        '+CLCK="SC",2': ["+CLCK: 0"],
        '+CLCK="FD",2': ["+CLCK: 0"],
        '+CLCK="PS",2': ["+CLCK: 0"],
        "+CFUN=?": ["+CFUN: (0,1,4),(0,1)"],
        "+CSCS=?": ['+CSCS: ("IRA","UCS2","GSM")'],
        "+CSCS?": ['+CSCS: "IRA"'],
        "+CGDCONT=?": [f'+CGDCONT: (1-8),"{kind}",,,(0-2),(0-3)'
                       for kind in ("IP", "IPV6", "IPV4V6")],
        "+CGDCONT?": ['+CGDCONT: 1,"IP","internet","0.0.0.0",0,0'],
        "+CGACT?": ["+CGACT: 1,0"],
        "+CGATT?": ["+CGATT: 1"],
        "+CESQ=?": ["+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)"],
        "+CMGF=?": ["+CMGF: (0,1)"],
        "+CRSM=176,12258,0,0,10": ['+CRSM: 144,0,"984840010000000000F0"'],
        "+CRSM=176,28589,0,0,4": ['+CRSM: 144,0,"00000002"'],
        "+CGEREP=?": ["+CGEREP: (0-2),(0-1)"],
    }
    ACCEPTED = ("E", "V", "Q", "X", "Z", "H", "&", "+CMEE", "+CREG=", "+CGREG=", "+CEREG=",
                "+CSCS=", "+CMGF=", "+CGEREP=", "+COPS=", "+CGATT=", "+IFC=")

    def __init__(self, modem):
        self.modem = modem
        self.numeric = False

    def answer(self, text):
        m = self.modem
        upper = text.upper()
        if upper == "" or upper in self.FIXED:
            return self.FIXED.get(upper, [])
        if upper.startswith("+COPS=3,"):
            self.numeric = upper.split(",")[1][:1] == "2"
            return [cops(m, self.numeric)] if upper.endswith(";+COPS?") else []
        if upper.startswith("+CFUN="):
            m.radio = int(upper[6:].split(",")[0])
            return []
        if upper[:-1] in DOMAINS and upper.endswith("?"):
            return [registration(m, upper[:-1])]
        live = {
            "I": lambda: [f"Manufacturer: {m.maker}", f"Model: {m.model}", "+GCAP: +CGSM"],
            "+CGMI": lambda: [m.maker],
            "+CGMM": lambda: [m.model],
            "+CGSN": lambda: [m.imei],
            "+CIMI": lambda: [m.imsi] if m.sim else NO_SIM,
            "+CPIN?": lambda: ["+CPIN: READY"] if m.sim else NO_SIM,
            "+CSQ": lambda: [csq(m)],
            "+CESQ": lambda: [cesq(m)],
            "+COPS?": lambda: [cops(m, self.numeric)],
            "+CFUN?": lambda: [f"+CFUN: {m.radio}"],
        }
        if m.maker == "Quectel":
            live['+QENG="SERVINGCELL"'] = lambda: [qeng(m)]
            live['+QENG="NEIGHBOURCELL"'] = lambda: []
        if upper in live:
            return live[upper]()
        return [] if upper.startswith(self.ACCEPTED) else None


class Line:
    """One serial line to the modem, whatever carries it."""

    def __init__(self, commands, send):
        self.commands = commands
        self.send = send
        self.rest = b""

    async def feed(self, data):
        self.rest += data.replace(b"\n", b"\r")
        while b"\r" in self.rest:
            command, self.rest = self.rest.split(b"\r", 1)
            await self.command(command.decode("latin-1").strip())

    async def command(self, text):
        m = self.commands.modem
        at = text.upper().find("AT")
        if at < 0 or m.mute:
            return
        if m.delay_s > 0:
            await asyncio.sleep(m.delay_s)
        lines = self.commands.answer(text[at + 2:])
        final = "ERROR" if lines is None else "OK"
        if isinstance(lines, str):
            lines, final = [], lines
        reply = "".join(f"\r\n{line}\r\n" for line in [*(lines or []), final])
        if m.garble > 0:
            m.garble -= 1
            reply = "\x00\xfe~" + reply[: len(reply) * 2 // 3]
        self.send(reply.encode("latin-1"))


class Desk:
    """The modem with its lines and its control socket."""

    def __init__(self, modem):
        self.modem = modem
        self.commands = Commands(modem)
        self.ptys = []
        self.slaves = []
        self.lines = []
        self.closers = []

    def open_pty(self, link):
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(os.ttyname(slave), link)
        line = Line(self.commands, lambda data: os.write(master, data))
        loop = asyncio.get_running_loop()
        queue = asyncio.Queue()
        loop.add_reader(master, lambda: queue.put_nowait(os.read(master, 4096)))

        async def serve():
            while True:
                await line.feed(await queue.get())

        task = asyncio.create_task(serve())
        self.slaves.append(slave)

        def close():
            task.cancel()
            loop.remove_reader(master)
            os.close(master)
            os.close(slave)
            os.unlink(link)

        self.lines.append(line)
        self.closers.append(close)

    async def open_abstract(self, name):
        async def serve(reader, writer):
            line = Line(self.commands, writer.write)
            self.lines.append(line)
            self.closers.append(writer.close)
            while data := await reader.read(4096):
                await line.feed(data)
            if line in self.lines:
                self.lines.remove(line)

        listener = socket.socket(socket.AF_UNIX)
        listener.bind("\0abstract:" + name)  # as ModemManager's virtual ports name it
        await asyncio.start_unix_server(serve, sock=listener)

    def hang_up(self):
        for close in self.closers:
            close()
        self.closers.clear()
        self.slaves.clear()
        self.lines.clear()

    async def all_is_read(self):
        """Waits until no answer of the old state is on its way."""
        for _ in range(1000):
            unread = array.array("i", [0])
            total = 0
            for slave in self.slaves:
                fcntl.ioctl(slave, termios.FIONREAD, unread)
                total += unread[0]
            if total == 0:
                return
            await asyncio.sleep(0.001)

    def wish(self, wishes):
        if wishes.pop("plug_in", False):
            for link in self.ptys:
                self.open_pty(link)
        for line in self.lines if "say" in wishes else []:
            line.send(f"\r\n{wishes['say']}\r\n".encode())
        wishes.pop("say", None)
        if wishes.pop("hang_up", False):
            self.hang_up()
        self.modem.change(wishes)
        return {**vars(self.modem), "mono_s": time.monotonic()}

    async def control(self, reader, writer):
        while text := await reader.readline():
            try:
                await self.all_is_read()
                reply = self.wish(json.loads(text))
            except (ValueError, KeyError) as fault:
                reply = {"error": str(fault)}
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        writer.close()


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--control", required=True)
    parser.add_argument("--pty", action="append", default=[])
    parser.add_argument("--abstract", action="append", default=[])
    parser.add_argument("settings", nargs="*", metavar="KEY=VALUE")
    options = parser.parse_args()
    modem = Modem()
    modem.change(dict(setting.split("=", 1) for setting in options.settings))
    desk = Desk(modem)
    desk.ptys = options.pty
    for link in desk.ptys:
        desk.open_pty(link)
    for name in options.abstract:
        await desk.open_abstract(name)
    if os.path.lexists(options.control):
        os.unlink(options.control)
    server = await asyncio.start_unix_server(desk.control, options.control)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
