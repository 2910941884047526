"""A person makes a token for a program, which works until it is revoked."""

import json
import re
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site


def who_is(site: Site, token: str) -> str:
    asked = Request(f"{site.address}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    with urlopen(asked) as answer:
        return str(json.load(answer)["login"])


def test_a_token_for_a_program(
    site: Site, sign_in: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = sign_in("xa-10507")
    page.goto("/account")
    page.get_by_role("link", name="Mã truy cập cho phần mềm khác").click()
    look(page, "tokens-none")
    page.get_by_label("Dùng vào việc gì").fill("phần mềm một cửa")
    page.get_by_role("button", name="Tạo mã").click()
    token = page.locator("code").inner_text()
    assert re.fullmatch(r"bieumau_[\w-]{43}", token)
    look(page, "tokens-made")
    assert who_is(site, token) == "xa-10507"
    page.get_by_role("button", name="Thu hồi mã phần mềm một cửa").click()
    expect(page.get_by_text("Bạn chưa có mã truy cập nào.")).to_be_visible()
    with pytest.raises(HTTPError, match="401"):
        who_is(site, token)
