"""Runs a command on a terminal of its own and shows what stood on it.

screen_look.py COLUMNS ROWS COMMAND...: prints every screen that differs from the one before,
each line between bars, then the number of bells; the exit code is the command's."""
import fcntl
import os
import pty
import struct
import sys
import termios

import pyte


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    child = os.fork()
    if child == 0:
        os.close(primary)
        login(secondary)
        os.environ["TERM"] = "linux"  # which pyte is one of
        os.execvp(sys.argv[3], sys.argv[3:])
    os.close(secondary)
    screen = pyte.Screen(columns, rows)
    stream = pyte.ByteStream(screen)
    shown, bells = None, 0
    while True:
        try:
            data = os.read(primary, 65536)
        except OSError:  # Linux: nobody has the other side any more
            break
        if not data:
            break
        bells += data.count(b"\a")
        stream.feed(data)
        if screen.display != shown:
            shown = list(screen.display)
            print("\n".join(f"|{line}|" for line in shown) + "\n")
    print(f"bells {bells}")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def login(terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(terminal, descriptor)
    os.close(terminal)


sys.exit(main())
