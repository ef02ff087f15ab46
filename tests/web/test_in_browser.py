"""The edge in a real browser: the policy lets everything through that a page is made of, cookies
travel, and what one tab ends the others lose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lib.services.house import House
from tests.server import RunningServer
from tests.web.client import session_of, sign_in

SECRET = "Abcdefghijklmnop-_0123456789"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def open_page(context: BrowserContext, address: str) -> tuple[Page, list[str]]:
    """A page, and what its console complains about."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page, complaints


def sign_in_browser(context: BrowserContext, site: RunningServer, token: str) -> None:
    context.add_cookies(
        [
            {
                "name": "halfway",
                "value": token,
                "url": site.url,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )


def test_the_policy_lets_everything_through_that_pages_are_made_of(
    context: BrowserContext, site: RunningServer
) -> None:
    page, complaints = open_page(context, site.url)
    expect(page.get_by_text("Count <0>")).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart] svg, canvas").first).to_be_visible()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    page.get_by_label("Name").fill("Somebody")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text("Count <1>")).to_be_visible()
    page.get_by_role("button", name="Open the dialog").click()
    expect(page.get_by_text("Inside the dialog")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert complaints == []


def test_the_policy_stops_what_is_not_ours(context: BrowserContext, site: RunningServer) -> None:
    page, complaints = open_page(context, site.url)
    expect(page.get_by_text("Count <0>")).to_be_visible()
    page.evaluate("""() => {
        const script = document.createElement('script')
        script.textContent = 'window.bad = 1'
        document.body.append(script)
        const picture = document.createElement('img')
        picture.src = 'http://127.0.0.1:9/pixel.png'
        document.body.append(picture)
    }""")
    page.wait_for_timeout(300)
    assert page.evaluate("window.bad") is None
    assert sum("Content Security Policy" in said for said in complaints) == 2


def test_the_title_is_never_another(context: BrowserContext, site: RunningServer) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/two", wait_until="commit")
    assert page.title() in ("", "Halfway", "Second")
    expect(page.get_by_role("heading", name="The second page")).to_be_visible()
    assert page.title() == "Second"


def test_somebody_who_comes_by_a_link_is_still_signed_in(
    context: BrowserContext, site: RunningServer, house: House
) -> None:
    token = sign_in(site, house, "anna")
    sign_in_browser(context, site, token)
    page, _ = open_page(context, f"http://127.0.0.1:{site.port}/")
    expect(page.get_by_text("Session <None>")).to_be_visible()
    page.evaluate("address => { location.href = address }", f"{site.url}/two")
    expect(page.get_by_text(f"Session <{session_of(token)}>")).to_be_visible()


@pytest.mark.parametrize("button", ["Sign out", "Sign out by form"])
def test_signing_out_in_one_tab_empties_the_others(
    context: BrowserContext, site: RunningServer, house: House, button: str
) -> None:
    token = sign_in(site, house, "anna")
    sign_in_browser(context, site, token)
    here, _ = open_page(context, site.url)
    there, _ = open_page(context, f"{site.url}/two")
    mine = f"Session <{session_of(token)}>"
    for page in (here, there):
        expect(page.get_by_text(mine)).to_be_visible()
    here.get_by_role("button", name=button, exact=True).click()
    expect(there.get_by_text(mine)).to_have_count(0, timeout=2000)
    for page in (here, there):
        expect(page.get_by_text("Session <None>")).to_be_visible()
        expect(page).to_have_url(f"{site.url}/")
    assert "halfway" not in {cookie["name"] for cookie in context.cookies()}


def test_an_invitation_leaves_the_address_bar_and_the_history(
    context: BrowserContext, site: RunningServer
) -> None:
    page, complaints = open_page(context, f"{site.url}/i#{SECRET}")
    page.wait_for_url(f"{site.url}/join")
    kept = {cookie["name"]: cookie for cookie in context.cookies()}["halfway_invitation"]
    assert kept["value"] == SECRET
    assert kept["httpOnly"]
    page.go_back()
    assert SECRET not in page.url
    assert not [said for said in complaints if "Content Security Policy" in said]


@pytest.mark.parametrize("secret", ["", "#", "#too-short", "#%zz"])
def test_a_broken_invitation_link_says_so(
    context: BrowserContext, site: RunningServer, secret: str
) -> None:
    page, _ = open_page(context, f"{site.url}/i{secret}")
    expect(page.get_by_role("alert")).to_contain_text("could not be opened")
    expect(page.get_by_text("Opening your invitation.")).to_be_hidden()


@pytest.mark.parametrize("path", ["talk/deep", "signin/x", "x/y/z"])
def test_an_address_deeper_than_any_page_says_so_and_leads_on(
    context: BrowserContext, site: RunningServer, path: str
) -> None:
    page, complaints = open_page(context, f"{site.url}/{path}")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    expect(page.locator("#exit-button")).to_be_visible()
    page.get_by_role("link", name="Go to Halfway").click()
    expect(page).to_have_url(f"{site.url}/")
    assert not [said for said in complaints if "Content Security Policy" in said]
