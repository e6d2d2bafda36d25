"""Run by the kill test: carry the small campaign on, and die after the n-th commit (0: never)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.campaigns.small import campaign, decisions, open_lab


def main() -> None:
    folder, fatal = Path(sys.argv[1]), int(sys.argv[2])
    with open_lab(folder) as lab:
        if fatal:
            lab.ledger.on_commit.append(
                lambda count: os.kill(os.getpid(), signal.SIGKILL) if count >= fatal else None
            )
        found = campaign(lab)
        found.work()
        print(lab.ledger.commits)
        print(repr(decisions(found)))


if __name__ == "__main__":
    main()
