"""Whatever a program sends, by the rules of the interface or against them, no answer is a server error."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.service.running import RunningService

# Of each operation, in each mode. The seed is fixed: more would send the same again in every run.
_EXAMPLES = 50


@pytest.fixture(scope="module")
def service(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("openapi")
    with RunningService(trained_data_dir, f"sqlite:///{folder / 'tongban.db'}", folder / "log") as running:
        yield running


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_is_a_server_error(service: RunningService, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{service.url}/api/v1/openapi.json")
    sent = 0
    with requests.Session() as session:
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            if mode is GenerationMode.NEGATIVE and not operation.body:
                continue  # there is little to get wrong, and nothing to generate

            @seed(20260302)
            @settings(max_examples=_EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def holds(case: schemathesis.Case) -> None:
                nonlocal sent
                sent += 1
                case.call_and_validate(base_url=service.url, checks=[not_a_server_error], session=session)

            holds()
    assert sent > 10 * _EXAMPLES
