"""A way to a server with all faults: fault_proxy.py --cert FILE --to PORT --faults FILE

HTTPS on a port of its own, which is printed first; what comes in goes on to http://127.0.0.1:PORT,
unless FILE, JSON read at each request, says otherwise; each fault may have "after", requests that
it leaves alone first, and "times", after which it is over:

    {"cut": N}         the connection ends after N bytes of a PUT's body
    {"corrupt": true}  a byte of a PUT's body is changed on the way
    {"status": 507}    the answer to a PUT; {"method": "MKCOL"} to another method
    {"location": URL}  a redirection, of everything
    {"endless": true}  the answer to a PUT has a body that never ends
    {"stale": true}    a GET is answered with a byte too few, and changed

A line per request is printed: method, path, what became of it.
"""
import argparse
import http.client
import http.server
import json
import os
import socketserver
import ssl
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, what):
        print(self.command, self.path, what, flush=True)

    def fault(self):
        """The fault that this request meets, counted."""
        with self.server.lock:
            try:
                with open(self.server.faults, encoding="utf-8") as file:
                    fault = json.load(file)
            except FileNotFoundError:
                return {}
            if self.command != fault.get("method", "GET" if "stale" in fault else "PUT") \
                    and "location" not in fault:
                return {}
            if fault.get("times") == 0:
                return {}
            spared = fault.get("after", 0) > 0
            count = "after" if spared else "times"
            if count in fault:
                fault[count] -= 1
                with open(self.server.faults + ".new", "w", encoding="utf-8") as file:
                    json.dump(fault, file)
                os.replace(self.server.faults + ".new", self.server.faults)
            return {} if spared else fault

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def pass_on(self, body, fault):
        server = http.client.HTTPConnection("127.0.0.1", self.server.to, timeout=60)
        keep = {name: value for name, value in self.headers.items()
                if name.lower() not in ("host", "expect", "connection")}
        server.request(self.command, self.path, body, keep)
        reply = server.getresponse()
        content = reply.read()
        if "stale" in fault and content:
            content = bytes([content[0] ^ 1]) + content[1:-1]
        self.say(reply.status)
        self.send_response(reply.status)
        length = reply.getheader("Content-Length") if self.command == "HEAD" else len(content)
        server.close()
        if "endless" in fault:
            self.close_connection = True
            self.end_headers()
            while True:
                self.wfile.write(bytes(10000))
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        self.wfile.write(content)

    def serve(self):
        fault = self.fault()
        length = int(self.headers.get("Content-Length", 0))
        if "location" in fault:
            self.say("redirected")
            self.close_connection = True
            self.answer(302, Location=fault["location"])
        elif "cut" in fault:
            self.rfile.read(min(length, fault["cut"]))
            self.say("cut")
            self.close_connection = True
        elif "endless" in fault:
            self.say("endless")
            self.pass_on(self.rfile.read(length), fault)
        elif "status" in fault:
            self.rfile.read(length)
            self.say(fault["status"])
            self.answer(fault["status"])
        else:
            body = self.rfile.read(length) or None
            if "corrupt" in fault:
                body = body[:-1] + bytes([body[-1] ^ 1])
            self.pass_on(body, fault)

    do_GET = do_HEAD = do_PUT = do_MKCOL = serve


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        print("broken off", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cert", required=True)
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--faults", required=True)
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.to, server.faults, server.lock = options.to, options.faults, threading.Lock()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
