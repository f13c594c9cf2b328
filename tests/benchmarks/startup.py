"""From the start of `tongban serve` to the first answer that it is ready, beside a Python that does nothing.

The model is that of the data folder (TONGBAN_DATA_DIR), trained first where there is none; the database is a new one
for the first start and there for the others.

    python -m tests.benchmarks.startup
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from service.commands import progress
from service.settings import Settings
from service.startup import open_model
from tests.service.running import RunningService


def _command(*arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True)
    return time.perf_counter() - start


def _service(folder: Path) -> float:
    start = time.perf_counter()
    with RunningService(folder, "", folder / "log.txt"):
        return time.perf_counter() - start


def main() -> None:
    """Start each in turn, several times, and print the seconds."""
    parser = argparse.ArgumentParser(description="有了模型以后，启动到就绪要几秒")
    parser.add_argument("--rounds", type=int, default=5, help="各启动几次")
    wanted = parser.parse_args()
    settings = Settings()
    open_model(settings, progress.show)
    spent: dict[str, list[float]] = {"python -c pass": [], "import fastapi": [], "tongban serve 到就绪": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (settings.model_file, settings.model_key):
            shutil.copy(file, folder)
        for _ in range(wanted.rounds):
            spent["python -c pass"].append(_command("-c", "pass"))
            spent["import fastapi"].append(_command("-c", "import fastapi"))
            spent["tongban serve 到就绪"].append(_service(folder))
    for said, seconds in spent.items():
        told = f"首次 {seconds[0]:.2f}　最快 {min(seconds):.2f}　中位 {median(seconds):.2f}　最慢 {max(seconds):.2f}"
        print(f"{said}　{told} 秒")


if __name__ == "__main__":
    main()
