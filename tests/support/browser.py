"""Chromium for tests, driven by chromedriver's WebDriver protocol: no network, no clock.

    with Browser(1280, 800) as b:
        b.open("out/map.html")           # waits until the page says data-ready
        b.click("#languages [data-lang=en]")
        assert b.text("#title") == "..."
        b.check_quiet()                  # no console message, no request beyond the page

Every wait has the patience of a machine with much else to do; time never decides a test.
https://www.w3.org/TR/webdriver2/
"""

import base64
import http.client
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

PATIENCE_S = 60
ATTEMPTS = 5

# Proxy to a port that nobody serves: what asks the network fails, and is seen failing.
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-extensions", "--no-first-run", "--no-default-browser-check",
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb", "--hide-scrollbars",
]

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name of a reference
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Up": "\ue013", "Down": "\ue015",
        "Left": "\ue012", "Right": "\ue014", "Home": "\ue011", "End": "\ue010", "Shift": "\ue008",
        "Backspace": "\ue003", "Space": " "}


class BrowserError(Exception):
    """What the browser or a page refused."""


class Browser:
    """One headless Chromium with one window."""

    def __init__(self, width=1280, height=800, dark=False, phone=False):
        self._size = (width, height)
        self._dark = dark
        self._phone = phone
        self._driver = None
        self._session = None
        self.pid = None
        self._home = None
        self._pages = []

    # --- life

    def __enter__(self):
        # /tmp whatever TMPDIR says: the path of a socket may not be longer than 107 bytes
        self._home = tempfile.TemporaryDirectory(prefix="browser.", dir="/tmp",
                                                 ignore_cleanup_errors=True)
        try:
            self._start_driver()
            self._start_session()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self._session is not None:
                self._call("DELETE", "")
        except (OSError, BrowserError, http.client.HTTPException):
            pass  # the driver is gone, the browser perhaps not
        self._kill(self.pid)
        if self._driver is not None:
            self._kill(self._driver.pid)
            self._driver.wait()
            self._driver.stdout.close()
        self._home.cleanup()

    @staticmethod
    def _kill(pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, TypeError):
            pass  # it ended already, or never began

    def _start_driver(self):
        # It takes a free port of IPv4 and then wants the same one of IPv6, which another
        # program may have by then: what ends so is started again.
        for _ in range(ATTEMPTS):
            if self._try_driver():
                return
        raise BrowserError("chromedriver ended before it listened")

    def _try_driver(self):
        environment = dict(os.environ, HOME=self._home.name, TMPDIR=self._home.name)
        self._driver = subprocess.Popen(
            ["chromedriver", "--port=0", "--log-path=" + self._home.name + "/driver.log"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            env=environment, start_new_session=True, text=True)
        for line in self._driver.stdout:  # "... was started successfully on port 40123."
            if "successfully on port" in line:
                self._port = int(line.rstrip(".\n").rsplit(" ", 1)[1])
                return True
        self._driver.wait()
        self._driver.stdout.close()
        self._driver = None
        return False

    def _start_session(self):
        width, height = self._size
        arguments = [*ARGUMENTS, f"--window-size={width},{height}",
                     "--user-data-dir=" + self._home.name + "/profile", "about:blank"]
        options = {"args": arguments, "binary": "/usr/bin/chromium"}
        if self._phone:
            options["mobileEmulation"] = {"deviceMetrics": {
                "width": width, "height": height, "pixelRatio": 2, "touch": True, "mobile": True}}
        answer = self._request("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "timeouts": {"script": PATIENCE_S * 1000, "pageLoad": PATIENCE_S * 1000}}}})
        self._session = answer["sessionId"]
        self.pid = answer["capabilities"]["goog:processID"]
        if not self._phone:
            self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                          deviceScaleFactor=1, mobile=False)
        self.media(dark=self._dark)

    def _request(self, method, path, body=None):
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2 * PATIENCE_S)
        try:
            link.request(method, path, json.dumps(body or {}) if method == "POST" else None,
                         {"Content-Type": "application/json"})
            value = json.loads(link.getresponse().read())["value"]
        finally:
            link.close()
        if isinstance(value, dict) and "error" in value:
            raise BrowserError(value["error"] + ": " + value["message"].split("\n")[0])
        return value

    def _call(self, method, path, body=None):
        return self._request(method, f"/session/{self._session}{path}", body)

    # --- pages

    def open(self, path, fragment="", ready="document.documentElement.dataset.ready === '1'"):
        """Opens a local file and waits until the script expression `ready` holds."""
        url = pathlib.Path(path).resolve().as_uri()
        self._pages.append(url)
        self._call("POST", "/url", {"url": "about:blank"})  # a mere change of # loads nothing
        self._call("POST", "/url", {"url": url + fragment})
        if ready:
            self.wait(ready)

    def run(self, script, *values):
        """The body of a function of `arguments`; returns what it returns."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(values)})

    def value(self, expression):
        return self.run("return " + expression)

    def wait(self, expression):
        """Until the script expression holds; returns its value."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            value = self.value(expression)
            if value:
                return value
            time.sleep(0.05)
        raise BrowserError("waited in vain for: " + expression)

    def devtools(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def media(self, dark=False, kind=""):
        """`kind`: "print", or "" for the screen."""
        self.devtools("Emulation.setEmulatedMedia", media=kind, features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])

    # --- what a person does

    def _element(self, css):
        return self._call("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self._call("POST", f"/element/{self._element(css)}/click")

    def type(self, css, text):
        """Replaces what the field holds."""
        element = self._element(css)
        self._call("POST", f"/element/{element}/clear")
        self._call("POST", f"/element/{element}/value", {"text": text})

    def choose(self, css, value):
        """An option of a select, by its value."""
        self.click(f'{css} option[value="{value}"]')

    def press(self, *keys):
        """Keys by name ("Enter", "Down") or text, one after the other, to what has the focus."""
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys
                   for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})

    def _mouse(self, x, y, *more):
        self._call("POST", "/actions", {"actions": [{
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [
                {"type": "pointerMove", "duration": 0, "x": int(x), "y": int(y)}, *more]}]})

    def point_at(self, x, y):
        """A point of the window, in CSS pixels."""
        self._mouse(x, y)

    def click_at(self, x, y):
        self._mouse(x, y, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})

    # --- what a person sees

    def text(self, css):
        """The text of the first such element, as the page shows it."""
        return self._call("GET", f"/element/{self._element(css)}/text")

    def texts(self, css):
        return self.run("return [...document.querySelectorAll(arguments[0])]"
                        ".map((node) => node.textContent)", css)

    def count(self, css):
        return self.run("return document.querySelectorAll(arguments[0]).length", css)

    def visible(self, css):
        return self.run("const node = document.querySelector(arguments[0]);"
                        "return node !== null && node.checkVisibility()", css)

    def shot(self, path):
        """A picture of the window, PNG."""
        pathlib.Path(path).write_bytes(base64.b64decode(self._call("GET", "/screenshot")))

    def print_pdf(self, path, **options):
        """What the printer would get; options: https://www.w3.org/TR/webdriver2/#print-page"""
        pathlib.Path(path).write_bytes(base64.b64decode(self._call("POST", "/print", options)))

    # --- what nobody should see

    def console(self):
        """Messages of the console since the last call, errors of the browser among them."""
        return [entry["level"] + ": " + entry["message"]
                for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def requests(self):
        """Addresses asked for since the last call, but for those of the opened pages and what
        never leaves the browser."""
        found = []
        for entry in self._call("POST", "/se/log", {"type": "performance"}):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                found.append(event["params"]["request"]["url"])
            elif event["method"] == "Network.webSocketCreated":
                found.append(event["params"]["url"])
        known = (*self._pages, "about:blank")
        return [url for url in found
                if not url.startswith(("data:", "blob:", "chrome:")) and url.split("#")[0] not in known]

    def check_quiet(self):
        """Fails where a page complained, or asked for anything besides itself."""
        console, requests = self.console(), self.requests()
        if console or requests:
            raise BrowserError("\n".join(["the page is not quiet:", *console, *requests]))
