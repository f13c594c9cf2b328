"""Whatever a program sends, by the rules of the interface or against them, no answer is a server error."""

from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.service.running import RunningService

_EXAMPLES = 200


def test_no_request_is_a_server_error(trained_data_dir: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tongban.db'}"
    with RunningService(trained_data_dir, url, tmp_path / "log") as service:
        schema = schemathesis.openapi.from_url(f"{service.url}/api/v1/openapi.json")
        sent = 0
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            # Without a body there is little to get wrong, and nothing to generate.
            modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if operation.body else [])]
            for mode in modes:

                @seed(20260302)
                @settings(
                    max_examples=_EXAMPLES // 2, deadline=None, database=None, suppress_health_check=list(HealthCheck)
                )
                @given(case=operation.as_strategy(generation_mode=mode))
                def holds(case: schemathesis.Case) -> None:
                    nonlocal sent
                    sent += 1
                    case.call_and_validate(base_url=service.url, checks=[not_a_server_error])

                holds()
        assert sent > _EXAMPLES
