"""The vault: what opens what, and what the length of a sealed body tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Damaged
from lib.storage.vault import STEP, Vault

VAULT = Vault({"a1": bytes(32)})
IDS = st.text(max_size=20)
OVERHEAD = 12 + 16  # nonce and tag


@given(st.binary(max_size=2000), IDS, IDS)
def test_what_is_sealed_comes_back_for_its_owner_and_row_only(
    data: bytes, owner: str, row: str
) -> None:
    key = VAULT.new_key(owner)
    sealed = VAULT.seal(key, owner, data, row)
    assert VAULT.open(key, owner, sealed, row) == data
    for wrong in ((owner + "x", row), (owner, row + "x")):
        with pytest.raises(Damaged):
            VAULT.open(key, wrong[0], sealed, wrong[1])


def test_a_row_moved_to_another_owner_with_a_key_of_their_own_opens_nothing() -> None:
    mine, theirs = VAULT.new_key("me"), VAULT.new_key("you")
    sealed = VAULT.seal(mine, "me", b"text", "sheet/1")
    for key, owner in ((theirs, "you"), (theirs, "me"), (mine, "you")):
        with pytest.raises(Damaged):
            VAULT.open(key, owner, sealed, "sheet/1")


@given(st.integers(0, 3000))
def test_the_length_of_a_sealed_text_tells_only_its_step(length: int) -> None:
    sealed = VAULT.seal(VAULT.new_key("me"), "me", b"x" * length, "row")
    assert (len(sealed) - OVERHEAD) % STEP == 0
    assert len(sealed) - OVERHEAD - length <= STEP + 4


@pytest.mark.parametrize(("length", "steps"), [(0, 1), (1, 1), (252, 1), (253, 2), (508, 2)])
def test_four_bytes_of_the_first_step_are_for_the_length(length: int, steps: int) -> None:
    sealed = VAULT.seal(VAULT.new_key("me"), "me", b"x" * length, "row")
    assert len(sealed) == OVERHEAD + steps * STEP


def test_the_same_text_never_looks_the_same() -> None:
    key = VAULT.new_key("me")
    assert len({VAULT.seal(key, "me", b"text", "row") for _ in range(50)}) == 50
    assert len({VAULT.new_key("me") for _ in range(50)}) == 50


def test_nothing_of_the_text_can_be_read() -> None:
    sealed = VAULT.seal(VAULT.new_key("me"), "me", b"marker-text", "row")
    assert b"marker" not in sealed


def test_one_changed_byte_is_noticed() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Damaged):
            VAULT.open(key, "me", changed, "row")


@pytest.mark.parametrize("length", [0, 1, 7, 12, 20, 28, 283])
def test_a_body_cut_short_is_noticed(length: int) -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    with pytest.raises(Damaged):
        VAULT.open(key, "me", sealed[:length], "row")


def test_one_changed_byte_of_a_wrapped_key_is_noticed() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    for place in range(len(key)):
        changed = key[:place] + bytes([key[place] ^ 1]) + key[place + 1 :]
        with pytest.raises(Damaged):
            VAULT.open(changed, "me", sealed, "row")


@pytest.mark.parametrize("wrapped", [b"", b"a1", b"a1:", b"a1:short", b"\xff:" + bytes(60)])
def test_what_is_no_wrapped_key_opens_nothing(wrapped: bytes) -> None:
    sealed = VAULT.seal(VAULT.new_key("me"), "me", b"text", "row")
    with pytest.raises(Damaged) as caught:
        VAULT.open(wrapped, "me", sealed, "row")
    assert caught.value.code == "body_damaged"
    assert not caught.value.facts


def test_another_master_key_opens_nothing() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    for other in (Vault({"a1": bytes([1]) * 32}), Vault({"b2": bytes(32)})):
        with pytest.raises(Damaged):
            other.open(key, "me", sealed, "row")


def test_a_rotated_key_file_still_opens_what_the_old_key_wrapped() -> None:
    key = VAULT.new_key("me")
    sealed = VAULT.seal(key, "me", b"text", "row")
    rotated = Vault({"b2": bytes([2]) * 32, "a1": bytes(32)})
    assert rotated.open(key, "me", sealed, "row") == b"text"
    assert rotated.new_key("me").startswith(b"b2:")
    assert key.startswith(b"a1:")
