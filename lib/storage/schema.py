"""The tables, as numbered migrations in portable SQL (SQLite and PostgreSQL).

What belongs to a couple has `couple_id` first in its key; global look-ups are small tables keyed by
the value looked up. Ids are made in the app. Times are milliseconds UTC. A `body` is sealed by
`lib.storage.vault` under the key of its owner; nothing that two people told each other or the app
stands in any other column. A row goes with the account or the couple whose id it has in
`partner_id` or `couple_id`, and with the check-in in its `checkin_id`. Of columns with other names
only `invitation.accepted_by` and `partner.earlier_couple_id` hold such ids; `services.leaving`
knows them.
"""

from __future__ import annotations

import re

from lib.storage.migrations import Migration

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "accounts",
        (
            """CREATE TABLE vault_check (
                 id TEXT PRIMARY KEY, wrapped_key BYTEA NOT NULL, body BYTEA NOT NULL)""",
            """CREATE TABLE partner (
                 id TEXT PRIMARY KEY,
                 login_name TEXT NOT NULL,
                 display_name TEXT NOT NULL,
                 password_hash TEXT NOT NULL,
                 couple_id TEXT NOT NULL,
                 earlier_couple_id TEXT,
                 created_at BIGINT NOT NULL,
                 consented_at BIGINT NOT NULL,
                 wrapped_key BYTEA NOT NULL)""",
            "CREATE TABLE login (login_name TEXT PRIMARY KEY, partner_id TEXT NOT NULL)",
            """CREATE TABLE session (
                 token_hash TEXT PRIMARY KEY,
                 partner_id TEXT NOT NULL,
                 created_at BIGINT NOT NULL,
                 seen_at BIGINT NOT NULL,
                 device TEXT NOT NULL)""",
            "CREATE INDEX session_by_partner ON session (partner_id)",
            "CREATE INDEX session_by_age ON session (created_at)",
            """CREATE TABLE ticket (
                 token_hash TEXT PRIMARY KEY,
                 partner_id TEXT NOT NULL,
                 nonce_hash TEXT NOT NULL,
                 expires_at BIGINT NOT NULL)""",
            "CREATE INDEX ticket_by_age ON ticket (expires_at)",
            """CREATE TABLE recovery_code (
                 partner_id TEXT NOT NULL,
                 code_hash TEXT NOT NULL,
                 PRIMARY KEY (partner_id, code_hash))""",
        ),
    ),
    Migration(
        "couples",
        (
            """CREATE TABLE couple (
                 id TEXT PRIMARY KEY,
                 together_at BIGINT,
                 version BIGINT NOT NULL,
                 created_at BIGINT NOT NULL,
                 wrapped_key BYTEA NOT NULL)""",
            """CREATE TABLE member (
                 couple_id TEXT NOT NULL,
                 partner_id TEXT NOT NULL,
                 PRIMARY KEY (couple_id, partner_id))""",
            """CREATE TABLE invitation (
                 finder TEXT PRIMARY KEY,
                 kind TEXT NOT NULL,
                 couple_id TEXT NOT NULL,
                 inviter_id TEXT NOT NULL,
                 proof TEXT NOT NULL,
                 expires_at BIGINT NOT NULL,
                 tries_left BIGINT NOT NULL,
                 accepted_by TEXT,
                 ended TEXT)""",
            "CREATE INDEX invitation_by_couple ON invitation (couple_id)",
            "CREATE INDEX invitation_by_guest ON invitation (accepted_by)",
        ),
    ),
    Migration(
        "check-ins",
        (
            """CREATE TABLE checkin (
                 couple_id TEXT NOT NULL,
                 id TEXT NOT NULL,
                 questionnaire BIGINT NOT NULL,
                 opened_at BIGINT NOT NULL,
                 revealed_at BIGINT,
                 talked_at BIGINT,
                 PRIMARY KEY (couple_id, id),
                 UNIQUE (couple_id, opened_at))""",
            """CREATE TABLE sheet (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 partner_id TEXT NOT NULL,
                 sealed_at BIGINT,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id, partner_id))""",
            """CREATE TABLE reading (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 partner_id TEXT NOT NULL,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id, partner_id))""",
            """CREATE TABLE marks (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 partner_id TEXT NOT NULL,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id, partner_id))""",
            """CREATE TABLE agreement (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id))""",
        ),
    ),
    Migration(
        "leaving",
        (
            "ALTER TABLE couple ADD COLUMN parted BIGINT NOT NULL DEFAULT 0",
            "CREATE INDEX member_by_partner ON member (partner_id)",
            "CREATE INDEX login_by_partner ON login (partner_id)",
            "CREATE INDEX ticket_by_partner ON ticket (partner_id)",
        ),
    ),
    Migration(
        "fingerprints",
        (
            """CREATE TABLE fingerprint (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 partner_id TEXT NOT NULL,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id, partner_id))""",
        ),
    ),
    Migration(
        "talks",
        (
            """CREATE TABLE talk (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id))""",
            """CREATE TABLE talk_side (
                 couple_id TEXT NOT NULL,
                 checkin_id TEXT NOT NULL,
                 partner_id TEXT NOT NULL,
                 body BYTEA NOT NULL,
                 PRIMARY KEY (couple_id, checkin_id, partner_id))""",
        ),
    ),
    Migration(
        "throttling",
        (
            """CREATE TABLE throttle (
                 bucket TEXT PRIMARY KEY,
                 failures BIGINT NOT NULL,
                 last_at BIGINT NOT NULL,
                 forget_at BIGINT NOT NULL)""",
            "CREATE INDEX throttle_by_age ON throttle (forget_at)",
            """CREATE TABLE known_device (
                 partner_id TEXT NOT NULL,
                 device_hash TEXT NOT NULL,
                 seen_at BIGINT NOT NULL,
                 PRIMARY KEY (partner_id, device_hash))""",
        ),
    ),
    Migration(
        "trusted devices",
        (
            "ALTER TABLE session ADD COLUMN trusted BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE ticket ADD COLUMN trusted BIGINT NOT NULL DEFAULT 0",
        ),
    ),
    Migration(
        "second factor",
        (
            """CREATE TABLE second_factor (
                 partner_id TEXT PRIMARY KEY,
                 body BYTEA NOT NULL,
                 confirmed BIGINT NOT NULL,
                 last_step BIGINT NOT NULL)""",
            "ALTER TABLE ticket ADD COLUMN needs_code BIGINT NOT NULL DEFAULT 0",
        ),
    ),
    Migration(
        "mail",
        (
            """CREATE TABLE mail_address (
                 partner_id TEXT PRIMARY KEY, body BYTEA NOT NULL, confirmed BIGINT NOT NULL)""",
            """CREATE TABLE mail_link (
                 token_hash TEXT PRIMARY KEY,
                 partner_id TEXT NOT NULL,
                 purpose TEXT NOT NULL,
                 expires_at BIGINT NOT NULL)""",
            "CREATE INDEX mail_link_by_partner ON mail_link (partner_id)",
        ),
    ),
    Migration(
        "what one did alone",
        ("ALTER TABLE partner ADD COLUMN own_stamp TEXT NOT NULL DEFAULT ''",),
    ),
)

_COLUMN = re.compile(r"^ *([a-z_]+) (?:TEXT|BIGINT|BYTEA)\b", re.MULTILINE)


def columns() -> dict[str, tuple[str, ...]]:
    """Every table of ours with its columns, as the migrations leave them."""
    found: dict[str, tuple[str, ...]] = {}
    for statement in (one for migration in MIGRATIONS for one in migration.statements):
        made = re.match(r"CREATE TABLE (\w+) \((.*)\)$", statement, re.DOTALL)
        grown = re.match(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", statement)
        if made:
            lines = re.sub(r", (?=[a-z])", ",\n", made[2])
            found[made[1]] = tuple(_COLUMN.findall(lines))
        elif grown:
            found[grown[1]] += (grown[2],)
    return found


def holding(*columns_needed: str) -> tuple[str, ...]:
    """The tables that have all of these columns."""
    return tuple(table for table, there in columns().items() if {*columns_needed} <= {*there})


# Whose a row is, its columns say: so a new table is emptied with the rest, and none is forgotten.
OF_COUPLE = tuple(table for table in holding("couple_id") if table != "partner")
OF_CHECKIN = holding("couple_id", "checkin_id")
OF_PERSON_IN_CHECKIN = holding("couple_id", "checkin_id", "partner_id")
OF_PERSON_ALONE = tuple(table for table in holding("partner_id") if table not in OF_COUPLE)
