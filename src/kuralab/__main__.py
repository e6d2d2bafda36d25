"""``python -m kuralab`` is the command ``kuralab``."""

import sys

from kuralab.cli import main

if __name__ == "__main__":
    sys.exit(main())
