"""What every answer carries, whatever made it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit

from lib.services.house import House
from lib.ui import registry
from lib.web import edge
from lib.web.headers import content_security_policy
from tests.server import RunningServer
from tests.web.client import SITE, Answer, ask, cookie_header, post, sign_in

NAME = "halfway.example"
POLICY = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self' data:",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
PLACES = (
    "/",
    *(f"/{place.name}" for place in registry.PLACES),
    "/no-such-page",
    "/i",
    "/i/open",
    "/m",
    "/m/open",
    "/m/open.js",
    "/bell",
    "/i/open.js",
    "/icon.svg",
    "/robots.txt",
    "/favicon.png",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/media/none.png",
    "/static/nothing.js",
    "/auth/finish",
    "/auth/sign-out",
    "/account/copy",
    "//elsewhere.example",
    "/checkin/",
    "/talk/deep",
)


def policy_of(answer: Answer) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def script_of(answer: Answer) -> str:
    found = re.search(r'src="\.(/static/js/index[^"]+)"', answer.text)
    assert found
    return found.group(1)


def assert_dressed(answer: Answer) -> None:
    policy = policy_of(answer)
    script = policy.pop("script-src")
    assert policy == POLICY
    assert re.fullmatch(r"'self' blob:( 'sha256-[A-Za-z0-9+/]{43}='){2}", script)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]


def test_every_route_of_ours_is_dressed_whichever_there_are(
    site: RunningServer, house: House
) -> None:
    built = edge.build(house, streamlit_files=Path(streamlit.__file__).parent / "static")
    paths = {route.path for route in built.routes}
    assert len(paths) > 8
    for path in sorted(paths):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            answer = ask(site, path, method=method)
            assert_dressed(answer)
            assert answer.headers["cache-control"] == "no-store", (method, path)


def test_trace_is_not_answered(site: RunningServer) -> None:
    for path in ("/", "/auth/finish", "/i", "/_stcore/health"):
        answer = ask(site, path, method="TRACE", headers={"X-Private": "canary"})
        assert answer.status in (400, 404, 405)
        assert "canary" not in answer.text + str(answer.headers)
        assert_dressed(answer)


@pytest.mark.parametrize("path", PLACES)
def test_every_body_says_what_it_is(site: RunningServer, path: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(site, path, method=method)
        kind = answer.headers.get("content-type", "")
        if answer.text and kind.startswith("text/"):
            assert "charset=utf-8" in kind
        assert kind or not answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", PLACES)
def test_every_answer_is_dressed_and_kept_nowhere(
    site: RunningServer, path: str, method: str
) -> None:
    answer = ask(site, path, method=method)
    assert_dressed(answer)
    assert answer.headers["cache-control"] == "no-store"


def test_files_with_changing_names_may_be_kept(site: RunningServer) -> None:
    answer = ask(site, script_of(ask(site, "/")))
    assert answer.status == 200
    assert_dressed(answer)
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(("path", "count"), [("/", 2), ("/i", 1)])
def test_the_policy_names_the_inline_scripts_that_are_there(
    site: RunningServer, path: str, count: int
) -> None:
    answer = ask(site, path)
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert len(scripts) == count
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy_of(answer)["script-src"]


def test_a_page_without_inline_scripts_gets_no_hash() -> None:
    policy = content_security_policy('<script src="a.js"></script>')
    assert "script-src 'self' blob:;" in policy


@pytest.mark.parametrize("path", ["/", "/checkin", "/join", "/no-such-page"])
def test_pages_bear_our_name_from_the_first_byte(site: RunningServer, path: str) -> None:
    text = ask(site, path).text
    assert "<title>Halfway</title>" in text
    assert '<html lang="en">' in text
    assert "openapi" not in text.replace("<!--", "").split("<body>")[1]
    assert 'href="/icon.svg"' in text


def test_no_tls_no_promise_of_it(site: RunningServer) -> None:
    answer = ask(site, "/")
    assert "strict-transport-security" not in answer.headers
    assert "secure" not in answer.headers["set-cookie"].lower()


def test_robots_are_asked_to_stay_out(site: RunningServer) -> None:
    assert ask(site, "/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The same site under a public address with https."""
    environment = {"HALFWAY_PUBLIC_URL": f"https://{NAME}"}
    folder = tmp_path_factory.mktemp("secure")
    with RunningServer(folder, way=SITE, environment=environment) as server:
        yield server


def test_browsers_are_told_to_insist_on_it(secure: RunningServer) -> None:
    answer = ask(secure, "/", headers={"Host": NAME})
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", ["/", "/_stcore/health"])
def test_every_cookie_is_secure(secure: RunningServer, path: str) -> None:
    cookies = ask(secure, path, headers={"Host": NAME}).headers["set-cookie"]
    for cookie in cookies.split("\n"):
        assert "; secure" in cookie.lower()


def test_our_cookies_belong_to_this_host_only(secure: RunningServer) -> None:
    answer = ask(secure, "/", headers={"Host": NAME})
    assert answer.headers["set-cookie"].startswith("__Host-halfway_nonce=")


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://halfway.example", "halfway.example", True),
        ("https://halfway.example", "10.0.0.7:8501", False),
        ("http://halfway.example", "halfway.example", False),
        ("https://halfway.example:8443", "halfway.example", False),
        ("http://localhost:8501", "localhost:8501", False),
    ],
)
def test_only_the_public_address_is_ours(
    secure: RunningServer, origin: str, host: str, allowed: bool
) -> None:
    answer = post(secure, "/auth/sign-out", origin=origin, headers={"Host": host})
    assert (answer.status == 204) is allowed


def test_the_plain_cookie_of_a_neighbour_is_not_taken(
    secure: RunningServer, house: House, site: RunningServer
) -> None:
    token = sign_in(site, house, "anna")
    headers = {"Host": NAME, "Cookie": cookie_header({"halfway": token})}
    answer = ask(secure, "/media/none.png", headers=headers)
    assert answer.status == 404


@pytest.mark.parametrize("path", ["/talk/deep", "/signin/x", "/x/y/z", "/talk/deep/", "/i/x"])
def test_an_address_deeper_than_any_page_is_told_to_be_nowhere(
    site: RunningServer, path: str
) -> None:
    seen = ask(site, path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert seen.status == 404
    assert_dressed(seen)
    assert seen.headers["content-type"].startswith("text/html")
    assert "There is nothing here" in seen.text
    assert '<a href="/">' in seen.text
    asked = ask(site, path, headers={"Accept": "*/*"})
    assert (asked.status, asked.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert_dressed(asked)
