"""The town with a service, as the tests of one case's page have it."""

from tests.casepage.conftest import cheap_hashes, village

__all__ = ["cheap_hashes", "village"]
