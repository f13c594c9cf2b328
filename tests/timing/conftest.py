"""The shipped time limits."""

import pytest

from service.timing.policy import Policy
from service.timing.reading import load_policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    loaded, problems = load_policy(None, None)
    assert loaded is not None, problems
    return loaded
