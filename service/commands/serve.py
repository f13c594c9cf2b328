"""tongban serve: prepare what is missing, visibly, then answer on the loopback address."""

import socket

import click
from threadpoolctl import threadpool_limits

from service import clock
from service.commands import progress, read_settings
from service.errors import SetupError
from service.startup import open_intake


@click.command(help="启动服务和网页。首次启动会训练模型。")
@click.option("--host", help="监听地址，默认 127.0.0.1")
@click.option("--port", type=int, help="监听端口，默认 8000")
def serve(host: str | None, port: int | None) -> None:
    """Run the service until it is stopped; what is in flight is finished first."""
    import uvicorn  # here, so that commands in the terminal need not wait for a web server

    from service.app import create_app

    settings = read_settings(host=host, port=port)
    if settings.port and _taken(settings.host, settings.port):
        raise SetupError(f"端口 {settings.port} 已被占用；换一个：tongban serve --port {settings.port + 1}")
    desk = open_intake(settings, clock.now().date(), progress.show)
    # One text at a time gains nothing from threaded linear algebra, and it would fight over the cores.
    threadpool_limits(limits=1)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"警情通办已就绪，请用浏览器打开 http://{shown}:{settings.port}（按 Ctrl+C 停止）", err=True)
    uvicorn.run(
        create_app(settings, desk),
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
