#!/usr/bin/env bats
# The browser that other tests look through: it must see what a page does wrong.

bats_require_minimum_version 1.5.0

load ../support/desk.bash

setup()
{
    command -v chromedriver >/dev/null || skip "chromedriver is not installed"
    export PYTHONPATH=$BATS_TEST_DIRNAME/../support PYTHONDONTWRITEBYTECODE=1
    cd "$BATS_TEST_TMPDIR" || exit 1
    cat >page.html <<'END'
<!DOCTYPE html><html data-ready="1"><title>ready</title>
<p id="p">Bản Đỗ</p><button id="b" onclick="p.textContent = 'pressed'">B</button>
<input id="i"></html>
END
}

# browse: runs the lines of standard input with a browser `b` at page.html.
browse()
{
    { printf 'import time\nfrom browser import *\nwith Browser(400, 300) as b:\n    b.open("page.html")\n'
        sed 's/^/    /'
    } >script.py
    /usr/bin/python3 script.py
}

@test "a page is read, clicked and typed into" {
    browse <<'END'
assert b.text("#p") == "Bản Đỗ"
b.check_quiet()
b.type("#i", "xin chào")
assert b.value("document.getElementById('i').value") == "xin chào"
b.click("#b")
assert b.text("#p") == "pressed"
b.press("Tab", "Enter")
assert b.value("innerWidth") == 400
b.check_quiet()
END
}

@test "an error in the console is seen" {
    browse <<'END'
b.run("setTimeout(() => { throw new Error('on purpose') })")
b.wait("document.title")
said = []
for _ in range(600):
    said += b.console()
    if said:
        break
    time.sleep(0.1)
assert any("on purpose" in line for line in said), said
END
}

@test "a request that leaves the page is seen, and fails" {
    browse <<'END'
b.run("const i = document.createElement('img'); i.onerror = () => { document.title = 'refused'; };"
      "i.src = 'http://192.0.2.1/picture.png'; document.body.append(i)")
b.wait("document.title === 'refused'")
assert b.requests() == ["http://192.0.2.1/picture.png"]
try:
    b.check_quiet()
except BrowserError as error:
    assert "ERR_" in str(error), error
else:
    raise SystemExit("nothing was said")
END
}

@test "a wait in vain says for what" {
    browse <<'END'
import browser
browser.PATIENCE_S = 0.2
try:
    b.wait("document.title === 'never'")
except BrowserError as error:
    assert "never" in str(error)
else:
    raise SystemExit("it did not wait")
END
}

@test "nothing is left running" {
    run -0 browse <<<'print(b.pid)'
    eventually is_gone "$output"
    # nor where the driver is killed before its browser
    run -0 browse <<<'print(b.pid); b._kill(b._driver.pid)'
    eventually is_gone "$output"
}
