"""The variables of the environment as the settings read them; what cannot be read is told by name, with what may be
written, before anything else fails by it. A secret is never repeated."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-SETTING": ("环境变量写得不对", "a variable of the environment is written wrongly"),
})  # fmt: skip

_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def text(name: str, default: str = "") -> str:
    """A setting of the environment; an empty one counts as not given."""
    return os.environ.get(f"INNOCITY_{name}", "").strip() or default


def wrong(name: str, value: str, allowed: str) -> InnoCityError:
    """The error E-SETTING of a variable: its value as it may be shown, and what may be written."""
    said, remedy = f"INNOCITY_{name} 写的是“{value}”，看不懂", f"改成{allowed}，或删去这个变量"
    return InnoCityError("E-SETTING", said, None, remedy)


def flag(name: str) -> bool:
    """A setting that is on or off. Error: E-SETTING."""
    given = text(name).lower()
    if given not in (*_ON, *_OFF):
        raise wrong(name, given, "1（开）或 0（关）")
    return given in _ON


def number(name: str, default: int, least: int = 0, most: int = 10**6) -> int:
    """A setting that is a whole number. Error: E-SETTING.

    >>> number("NOT_GIVEN", 30)
    30
    """
    given = text(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most):
        raise wrong(name, given, f"{least} 到 {most} 的整数，缺省是 {default}")
    return int(given)


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    """A setting that is one of a few words. Error: E-SETTING."""
    given = text(name, default)
    if given not in allowed:
        raise wrong(name, given, " 或 ".join(one for one in allowed if one))
    return given


def city(name: str, default: str) -> str:
    """A setting that names a city which is there. Error: E-SETTING."""
    from innocity.packs.load import known_cities

    given = text(name)
    if given and given not in (known := known_cities()):
        raise wrong(name, given, "、".join(known))
    return given or default


def several(name: str, default: str, allowed: Collection[str]) -> frozenset[str]:
    """A setting of some words of a few, separated by commas; `none`: none of them. Error: E-SETTING."""
    given = text(name, default)
    if given.lower() == "none":
        return frozenset()
    found = frozenset(one.strip() for one in given.split(",") if one.strip())
    if found - set(allowed):
        raise wrong(name, given, f"{'、'.join(allowed)} 里的几个，用逗号隔开，或 none")
    return found


def hosts(name: str, default: str) -> list[str]:
    """A setting of names under which the site answers, separated by commas. Error: E-SETTING for an address.

    >>> hosts("NOT_GIVEN", "a.cn, .b.cn")
    ['a.cn', '.b.cn']
    """
    given = text(name, default)
    found = [one.strip() for one in given.split(",") if one.strip()]
    if not found or any("/" in one or " " in one or (":" in one and one[0] != "[") for one in found):
        raise wrong(name, given, "域名，几个用逗号隔开，不带 https:// 和端口")
    return found


def folder(name: str, default: str) -> Path:
    """A setting that names a folder, which need not be there yet. Error: E-SETTING where a file is in its place."""
    found = Path(text(name, default))
    if found.exists() and not found.is_dir():
        raise wrong(name, str(found), "一个文件夹")
    return found


def address(name: str) -> str:
    """A setting that is the address of a site; empty where none is given. Error: E-SETTING."""
    given = text(name)
    try:
        parts = urlsplit(given)
        fine = not given or (parts.scheme in ("http", "https") and bool(parts.hostname))
    except ValueError:
        fine = False
    if not fine:
        raise wrong(name, given, "https:// 开头的网址")
    return given


def data_keys(name: str) -> str:
    """Keys as `innocity.records.protect` takes them, unread; nothing of them is repeated. Error: E-SETTING."""
    given = text(name)
    for part in given.split(",") if given else ():
        key, _, written = part.strip().partition(":")
        try:
            fine = key.isalnum() and len(bytes.fromhex(written)) == 32
        except ValueError:
            fine = False
        if not fine:
            raise wrong(name, "（密钥不显示）", "名字:64位十六进制，几把用逗号隔开")
    return given


def database(url: str) -> dict[str, Any]:
    """A database address as Django wants it; SQLite writes ahead and takes its lock at once. Error: E-SETTING.

    >>> database("sqlite:///var/x.sqlite3")["NAME"], database("sqlite:////data/x.sqlite3")["NAME"]
    ('var/x.sqlite3', '/data/x.sqlite3')
    >>> [database("postgresql://u:p%40@db:5433/city")[k] for k in ("HOST", "PORT", "NAME", "USER", "PASSWORD")]
    ['db', 5433, 'city', 'u', 'p@']

    One that does not answer is waited for a few seconds, not the minutes of TCP; a connection that the server has
    closed meanwhile, as when it is started anew, is made anew and fails no page.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # brackets of a host that do not close, a port that is no number
        raise _database(url) from None
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        pragmas = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        )
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
        return {
            "ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:]), "OPTIONS": options,
            "CONN_MAX_AGE": 60,  # opening it anew costs 2 ms, and all that was read before (innocity.web.connections)
        }  # fmt: skip
    if parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1:
        return {
            "ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path[1:]), "HOST": parts.hostname or "",
            "PORT": port or "", "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
            "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"connect_timeout": 5},
        }  # fmt: skip
    raise _database(url)


def _database(url: str) -> InnoCityError:
    """The error of an address of a database; who may open it stands before the @ and is not repeated."""
    scheme, sign, rest = url.partition("://")
    shown = f"{scheme}{sign}…@{rest.rpartition('@')[2]}" if "@" in rest else url
    return wrong("DATABASE_URL", shown, " sqlite:///文件（绝对路径是四条斜线）或 postgresql://用户:密码@主机:端口/库名")
