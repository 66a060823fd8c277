"""What active tests are made against: an HTTP server with all faults, and a name server.

    probe_server.py [--host ADDRESS] [--port N] [--cert FILE] [--dns [--answer ADDRESS]]

The port is printed first, then a line per request: client's address, method, path. Paths of GET:
/whole (2,000,000 bytes, Range is obeyed), /endless (Range is not), /slow (a byte every 10 ms),
/truncated (less than was promised), /hang (no answer), /moved (a redirection); all else is not there.
PUT: /up, or not there; /hang takes nothing. Names: test.example is at --answer (127.0.0.1), silent.example is
never answered, no other exists.
"""
import argparse
import http.server
import re
import socket
import socketserver
import ssl
import struct
import threading
import time

WHOLE = 2_000_000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self):
        print(self.client_address[0], self.command, self.path, flush=True)

    def log_message(self, *_):
        pass

    def answer(self, status, length, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def hang(self):
        self.server.over.wait()

    def whole(self):
        asked = re.fullmatch(r"bytes=0-(\d+)", self.headers.get("Range", ""))
        size = min(WHOLE, int(asked[1]) + 1) if asked else WHOLE
        self.answer(206 if asked else 200, size)
        self.wfile.write(bytes(size))

    def endless(self):
        self.answer(200, 10**12)
        while True:
            self.wfile.write(bytes(65536))

    def slow(self):
        self.answer(200, WHOLE)
        while True:
            self.wfile.write(b".")
            time.sleep(0.01)

    def truncated(self):
        self.answer(200, WHOLE)
        self.wfile.write(bytes(50_000))
        self.close_connection = True

    def moved(self):
        self.answer(302, 0, Location="/whole")

    def do_GET(self):
        self.say()
        known = ("whole", "endless", "slow", "truncated", "hang", "moved")
        name = self.path[1:]
        try:
            if name in known:
                getattr(self, name)()
            else:
                self.answer(404, 2)
                self.wfile.write(b"no")
        except OSError:  # the client has heard enough
            self.close_connection = True

    def do_PUT(self):
        self.say()
        left = int(self.headers["Content-Length"])
        if self.path == "/hang":
            self.hang()
        try:
            while left > 0:
                got = len(self.rfile.read(min(left, 65536)))
                if got == 0:
                    break
                left -= got
            self.answer(201 if self.path == "/up" else 404, 0)
        except OSError:
            self.close_connection = True
        finally:
            print("PUT lacks", left, flush=True)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that refuses the certificate
        print("broken off", flush=True)


class Names(socketserver.BaseRequestHandler):
    """One question, one answer (RFC 1035 §4.1)."""

    def handle(self):
        query, sock = self.request
        name, at = [], 12
        while query[at]:
            name.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack(">H", query[at + 1:at + 3])[0]
        name = ".".join(name)
        print(self.client_address[0], "DNS", name, kind, flush=True)
        if name == "silent.example":
            return
        found = name == "test.example"
        answer = found and kind == 1
        head = query[:2] + struct.pack(">HHHHH", 0x8180 if found else 0x8183, 1, answer, 0, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + self.server.answer
        sock.sendto(head + query[12:at + 5] + (record if answer else b""), self.client_address)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--cert")
    parser.add_argument("--dns", action="store_true")
    parser.add_argument("--answer", default="127.0.0.1")
    options = parser.parse_args()
    address = (options.host, options.port)
    server = socketserver.UDPServer(address, Names) if options.dns else Server(address, Handler)
    server.over = threading.Event()
    server.answer = socket.inet_aton(options.answer)
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert)
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
