"""How far a measured share may be off by chance."""

from math import sqrt
from statistics import NormalDist


def wilson(part: int, whole: int, level: float = 0.95) -> tuple[float, float] | None:
    """Wilson's score interval of a share at the given level (Wilson 1927); None where there is nothing to divide by."""
    if not whole:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, slack = part / whole, z * z / whole
    centre = (share + slack / 2) / (1 + slack)
    reach = z * sqrt(share * (1 - share) / whole + slack / whole / 4) / (1 + slack)
    return max(0.0, centre - reach), min(1.0, centre + reach)
