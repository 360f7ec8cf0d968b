"""`innocity serve`: the site, on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from typing import Annotated

import typer

from innocity.cli.folders import VAR
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-SERVE-PORT": ("端口用不了", "the port cannot be used"),
    "E-SERVE-MISSING": ("没有装网站要用的程序库", "the libraries of the site are not installed"),
})  # fmt: skip
PORT = 8000
TARGET = "innocity.web.wsgi:application"
WORKERS = min(4, os.cpu_count() or 1)  # a process computes on one core
#: Seconds in which requests that run may end once the server is told to stop; Docker kills what lasts ten.
GRACE = 7


def serve(
    port: Annotated[int, typer.Option("--port", metavar="端口", min=1, max=65535, help="在哪个端口上")] = PORT,
    city: Annotated[str, typer.Option("--city", metavar="CITY", help="首页是哪个城市")] = "weihai",
    host: Annotated[
        str, typer.Option("--host", metavar="地址", help="只供本机用 127.0.0.1；对外要再设 INNOCITY_ALLOWED_HOSTS")
    ] = "127.0.0.1",
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="登记数据、事实和结果所在的文件夹")] = VAR,
    workers: Annotated[
        int, typer.Option("--workers", metavar="个数", min=1, max=64, help="同时开几个进程；一般等于处理器核数")
    ] = WORKERS,
) -> None:
    """打开网站：打印网址，按 Ctrl-C 停。

    Serve the site.
    """
    run_site(Screen(), city, var, host, port, workers=workers)


def run_site(
    screen: Screen, city: str, var: Path, host: str = "127.0.0.1", port: int = PORT, *, demo: bool = False,
    workers: int = WORKERS,
) -> None:  # fmt: skip
    """Serve until interrupted; a database that is not there yet is made. With `demo` its accounts may sign in.

    Errors: E-CITY-UNKNOWN, E-USAGE, E-SERVE-MISSING, E-SERVE-PORT, E-RECORDS-CONNECT, E-RECORDS-SCHEMA.
    """
    from innocity.packs.load import find_city, known_cities

    if city not in known_cities():
        find_city(city)
        raise InnoCityError("E-USAGE", f"“{city}”不是城市名", remedy=f"可选：{'、'.join(known_cities())}")
    try:
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server
    except ImportError:
        text = "没有装网站要用的程序库"
        raise InnoCityError(
            "E-SERVE-MISSING", text, remedy="安装 innocity[site]，或在项目里运行 make install"
        ) from None
    check_port(host, port)
    count_together(var, workers)  # before anything counts: it looks for the folder when it is imported
    make_ready(city, var, demo)
    screen.line(f"网站：http://{host}:{port}/　按 Ctrl-C 停。", "bold")
    Server(
        TARGET, address=host, port=port, interface=Interfaces.WSGI, workers=workers, blocking_threads=4,
        backpressure=64, log_level=LogLevels.warning, log_access=False, websockets=False, workers_kill_timeout=GRACE,
    ).serve()  # fmt: skip


def check_port(host: str, port: int) -> None:
    """Whether the port is free. Error: E-SERVE-PORT."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            text = f"{host}:{port} 用不了：{error.strerror or error}"
            raise InnoCityError("E-SERVE-PORT", text, remedy=f"换一个端口，如 --port {port + 1}") from None


def count_together(var: Path, workers: int) -> None:
    """Have several processes keep their counts of requests in one folder, so that /metrics/ tells of all of them."""
    folder = var / "metrics"
    shutil.rmtree(folder, ignore_errors=True)  # counts begin anew with the server
    if workers == 1:
        os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
        return
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder.resolve())


def make_ready(city: str, var: Path, demo: bool) -> None:
    """The settings of the site in the environment, and its database with all tables."""
    os.environ.update({"INNOCITY_CITY": city, "INNOCITY_VAR": str(var)})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innocity.web.settings")
    if not demo:
        os.environ.pop("INNOCITY_DEMO", None)
    from innocity.records.prepare import prepare

    prepare()
    from django.db import connection

    connection.close()  # the server's own process opens its own
