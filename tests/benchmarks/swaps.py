"""Hot swaps to the full: every version is published under load, and the next waits until both workers have followed.

The model is that of the data folder (TONGBAN_DATA_DIR), trained first where there is none; the database is a new one.

    python -m tests.benchmarks.swaps --publications 200
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from service import clock
from service.commands import progress
from service.settings import Settings
from service.startup import open_model, open_ruleset
from service.storage.database import Database
from tests.service.running import RunningService
from tests.service.swapping import Swaps, faults, swap, versions

_WORKERS = 2


def _print(swaps: Swaps, published: int, seconds: float, wrong: list[str]) -> None:
    spent = [1000 * answer.seconds for answer in swaps.answers]
    print(f"发布 {published} 版，{_WORKERS} 个进程，{seconds:.0f} 秒；应答 {len(spent)} 次，有错 {len(wrong)} 次")
    for worker in swaps.followed:
        # One version more than those published: the shipped one answered first.
        loaded, followed = len(swaps.versions_of(worker)), swaps.followed[worker]
        early, late = swaps.early[worker], swaps.late[worker]
        print(
            f"进程 {worker}　用过 {loaded} 个版本　最后一版 {followed:.2f} 秒后用上　内存 {early:.0f} → {late:.0f} MB"
        )
    print(
        f"应答　中位 {median(spent):.0f} 毫秒　p99 {quantiles(spent, n=100)[98]:.0f} 毫秒　最长 {max(spent):.0f} 毫秒"
    )
    print(f"跟上新版　中位 {median(swaps.waits):.2f} 秒　最长 {max(swaps.waits):.2f} 秒")
    healths = "、".join(health["status"] for health in swaps.healths)
    print(f"健康　{healths}；进程{'未变' if swaps.same_workers else '换过'}")
    for line in wrong[:10]:
        print(line)


def main() -> None:
    """Swap, and print the figures; exit status 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(description="两个进程应答不停，一版一版地发布规则")
    parser.add_argument("--publications", type=int, default=200, help="发布多少版")
    parser.add_argument("--clients", type=int, default=2, help="每个进程有几个客户端在不停地问")
    wanted = parser.parse_args()
    settings = Settings()
    model = open_model(settings, progress.show)
    with open_ruleset(settings, clock.now().date()) as shipped, tempfile.TemporaryDirectory() as folder:
        published = versions(shipped, wanted.publications)
        database = Database(f"sqlite:///{Path(folder) / 'tongban.db'}")
        log = Path(folder) / "log"
        with RunningService(settings.data_dir, database.url, log, workers=_WORKERS) as service:
            start = time.monotonic()
            swaps = swap(service, database, shipped, published, clients=wanted.clients, pause=None)
            seconds = time.monotonic() - start
        wrong = list(faults(swaps.answers, published, shipped, database, model))
        database.close()
    _print(swaps, len(published), seconds, wrong)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
