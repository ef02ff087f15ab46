"""The only room that knows SQL or a driver. `open_storage` does everything that starting needs."""

from __future__ import annotations

from lib.errors import Damaged, SettingsError
from lib.settings import Settings
from lib.storage import keyfile, postgres, sqlite
from lib.storage.gateway import Gateway, Unit
from lib.storage.migrations import migrate
from lib.storage.schema import MIGRATIONS
from lib.storage.vault import Vault

# Sealed once into the database, so that a wrong key file is told at start and not by a page.
_CHECK = "vault-check"


def open_storage(settings: Settings) -> tuple[Gateway, Vault]:
    """Reach the database, bring its schema up to date, find or make the key, and try it.

    Safe when several processes start at once. Raises SettingsError or Damaged, each with a remedy.
    """
    gateway = _open(settings)
    migrate(gateway, MIGRATIONS)
    empty = gateway.read(lambda unit: unit.one("SELECT id FROM vault_check") is None)
    keys = keyfile.load(settings.key_file, may_make=empty)
    vault = Vault(keys, reread=lambda: keyfile.load(settings.key_file, may_make=False))
    gateway.write(lambda unit: _check_key(unit, vault, settings))
    return gateway, vault


def _open(settings: Settings) -> Gateway:
    if settings.database_url:
        return postgres.open_url(settings.database_url)
    return sqlite.open_file(settings.database)


def _check_key(unit: Unit, vault: Vault, settings: Settings) -> None:
    row = unit.one("SELECT wrapped_key, body FROM vault_check WHERE id = :id", id=_CHECK)
    if row is None:
        key = vault.new_key(_CHECK)
        unit.run(
            "INSERT INTO vault_check (id, wrapped_key, body) VALUES (:id, :key, :body)",
            id=_CHECK,
            key=key,
            body=vault.seal(key, _CHECK, b"halfway", _CHECK),
        )
        return
    try:
        vault.open(bytes(row["wrapped_key"]), _CHECK, bytes(row["body"]), _CHECK)
    except Damaged:
        raise SettingsError("key_wrong", path=str(settings.key_file)) from None
