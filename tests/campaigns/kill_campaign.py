"""Run by the kill test: a small campaign with the real planner; die after the n-th commit (0: never)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from kuralab.campaigns._planner import planner_of
from kuralab.model.campaign import Budget, PlannerSettings
from tests.campaigns.small import campaign, decisions, definition, open_lab


def main() -> None:
    folder, fatal = Path(sys.argv[1]), int(sys.argv[2])
    with open_lab(folder) as lab:
        if fatal:
            lab.ledger.on_commit.append(
                lambda count: os.kill(os.getpid(), signal.SIGKILL) if count >= fatal else None
            )
        wanted = definition(planner=PlannerSettings(starts=4), budget=Budget(experiments=10))
        found = campaign(lab, wanted, planner_of=planner_of)
        found.work()
        print(lab.ledger.commits)
        print(repr(decisions(found)))


if __name__ == "__main__":
    main()
