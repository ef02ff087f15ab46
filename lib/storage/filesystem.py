"""What kind of file system a folder is on: SQLite needs locks that network file systems lack."""

from __future__ import annotations

import re
from pathlib import Path

NETWORK_KINDS = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
# FUSE names its kinds fuse.<program>; these reach over a network.
_NETWORK_PROGRAMS = frozenset(
    {"ceph", "davfs", "davfs2", "gcsfuse", "glusterfs", "rclone", "s3fs", "sshfs"}
)
MOUNTS = Path("/proc/self/mounts")


def kind_of(folder: Path, mounts: Path = MOUNTS) -> str:
    """The kind of file system that holds `folder` (absolute, resolved; it need not exist yet).

    "" where that cannot be known, as on macOS.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found, depth = "", -1
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        place = Path(_unescaped(point))
        # Of two at the same point the later one lies on top.
        if folder.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = kind, len(place.parts)
    return found


def is_network(kind: str) -> bool:
    """Whether files of this kind of file system are on another machine."""
    return kind in NETWORK_KINDS or kind.removeprefix("fuse.") in _NETWORK_PROGRAMS


def _unescaped(field: str) -> str:
    r"""A field of /proc/self/mounts, which writes a blank as \040."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)
