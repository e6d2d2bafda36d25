"""Names of files."""

from __future__ import annotations

import re


def file_stem(identity: str) -> str:
    """A sample's identity as a file name may hold it.

    Examples
    --------
    >>> file_stem("0f3a/pellet 46")
    '0f3a_pellet_46'
    """
    return re.sub(r"[^\w.-]+", "_", identity)
