"""tongban serve: prepare what is missing, visibly, then answer on the loopback address."""

import os
import socket
import tempfile

import click
from threadpoolctl import threadpool_limits

from service import clock
from service.commands import progress, read_settings
from service.errors import SetupError
from service.intake.actions import Intake
from service.settings import Settings
from service.startup import open_intake
from service.unswept import unswept


@click.command(help="启动服务和网页。首次启动会训练模型。")
@click.option("--host", help="监听地址，默认 127.0.0.1")
@click.option("--port", type=int, help="监听端口，默认 8000")
@click.option("--workers", type=int, help="同时应答的进程数，默认 1")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Run the service until it is stopped; what is in flight is finished first."""
    settings = read_settings(host=host, port=port, workers=workers)
    if settings.port and _taken(settings.host, settings.port):
        raise SetupError(f"端口 {settings.port} 已被占用；换一个：tongban serve --port {settings.port + 1}")
    desk = open_intake(settings, clock.now().date(), progress.show)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"警情通办已就绪，请用浏览器打开 http://{shown}:{settings.port}（按 Ctrl+C 停止）", err=True)
    if settings.workers == 1:
        _run(_app(settings, desk), settings)
    else:
        desk.ruleset.close()
        desk.database.close()
        _run_workers(settings)


def _app(settings: Settings, desk: Intake) -> object:
    with unswept():
        from service.app import create_app  # here, so that commands in the terminal need not wait for a web server

    # One text at a time gains nothing from threaded linear algebra, and it would fight over the cores.
    threadpool_limits(limits=1)
    return create_app(settings, desk)


def _run_workers(settings: Settings) -> None:
    """Several processes on one socket; each reads the settings, model and rules for itself."""
    os.environ |= {
        f"TONGBAN_{name.upper()}": str(value)
        for name in ("host", "port", "workers")
        if (value := getattr(settings, name)) is not None
    }
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(prefix="tongban-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _run("service.app:create_app", settings)


def _run(app: object, settings: Settings) -> None:
    import uvicorn

    uvicorn.run(
        app,  # type: ignore[arg-type]
        factory=isinstance(app, str),
        workers=settings.workers,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=30,
        server_header=False,
    )


def _taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
