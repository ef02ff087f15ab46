"""Which file system a folder is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.storage.filesystem import is_network, kind_of

MOUNTS = """disk / ext4 rw 0 0
proc /proc proc rw 0 0
auto /srv autofs rw 0 0
server:/home /srv nfs4 rw 0 0
disk2 /srv/local xfs rw 0 0
host:/x /mnt/our\\040data fuse.sshfs rw 0 0
server:/y /dat nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/data", "ext4"),
        ("/srv/data", "nfs4"),
        ("/srv", "nfs4"),
        ("/srv/local/data", "xfs"),
        ("/mnt/our data/halfway", "fuse.sshfs"),
        ("/data", "ext4"),
    ],
)
def test_the_innermost_mount_on_top_counts(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert kind_of(Path(folder), mounts) == kind


def test_where_it_cannot_be_known_nothing_is_said(tmp_path: Path) -> None:
    assert kind_of(tmp_path, tmp_path / "absent") == ""
    assert not is_network("")


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "9p", "fuse.sshfs", "fuse.rclone", "ceph"])
def test_another_machines_files_are_known(kind: str) -> None:
    assert is_network(kind)


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "xfs", "tmpfs", "overlay", "zfs", "fuseblk"])
def test_a_disk_of_this_machine_will_do(kind: str) -> None:
    assert not is_network(kind)


def test_this_machine_answers() -> None:
    if Path("/proc/self/mounts").exists():
        assert kind_of(Path("/proc/self")) == "proc"
