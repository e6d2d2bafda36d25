"""Run by the kill test: carry a protocol out, and die after the n-th commit (0: never)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from kuralab.lab import Lab
from tests.lab.dummy import dummies, facility, protocol


def main() -> None:
    folder, samples, fatal = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    with Lab.open(
        folder, facility=facility(), drivers=lambda clock: dummies(folder / "twins", clock)
    ) as lab:
        if fatal:
            lab.ledger.on_commit.append(
                lambda count: os.kill(os.getpid(), signal.SIGKILL) if count >= fatal else None
            )
        summary = lab.run(protocol(samples))
        print(summary.state.value, lab.ledger.commits)


if __name__ == "__main__":
    main()
