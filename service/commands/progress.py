"""Progress of a long step on the terminal: a bar where one is watching, lines where not."""

import sys

_WIDTH = 24


def show(share: float, message: str) -> None:
    """Print where the work is, to standard error."""
    filled = round(share * _WIDTH)
    line = f"[{'█' * filled}{'·' * (_WIDTH - filled)}] {share:4.0%} {message}"
    if sys.stderr.isatty():
        end = "\n" if share >= 1 else ""
        sys.stderr.write(f"\r\033[K{line}{end}")
    else:
        sys.stderr.write(line + "\n")
    sys.stderr.flush()
