"""Accounts: who may act for a firm, which firms somebody acts for, how old a password is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from innocity.core.errors import InnoCityError
from innocity.records.models import Account
from innocity.records.models_accounts import Handler
from innocity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PasswordAge:
    """When a password was set; whether its holder has to choose another before anything else."""

    changed_on: date | None
    must_change: bool


@dataclass(frozen=True, slots=True)
class HandlerView:
    """Somebody who acts, or acted, for a firm."""

    name: str
    legal_person: bool
    granted_on: date
    granted_by: str
    revoked_on: date | None
    revoked_by: str


@dataclass(frozen=True, slots=True)
class FirmView:
    """A firm for which somebody acts."""

    party: str
    name: str
    code: str
    legal_person: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the operator lists it: `whom` is the unit, or the firms."""

    name: str
    role: str
    whom: tuple[str, ...]
    demo: bool
    revoked_on: date | None
    signed_in_on: date | None


def password_age(viewer: Viewer) -> PasswordAge:
    """Of the asker's own password."""
    found = Account.objects.filter(user__username=viewer.name, revoked_on__isnull=True).first()
    return PasswordAge(found.password_changed_on, found.must_change_password) if found else PasswordAge(None, False)


def firms_of(viewer: Viewer) -> tuple[FirmView, ...]:
    """The firms for which the asker may act, by name."""
    mine = Handler.objects.filter(account__user__username=viewer.name, account__role=viewer.role)
    found = mine.filter(revoked_on__isnull=True).select_related("party").order_by("party__name")
    return tuple(FirmView(one.party_id, one.party.name, one.party.code or "", one.legal_person) for one in found)


def is_legal_person(viewer: Viewer) -> bool:
    """Whether the asker is the legal person of the firm for which they act now."""
    return viewer.role == "firm" and any(one.party == viewer.party and one.legal_person for one in firms_of(viewer))


def handlers(viewer: Viewer, party: str) -> tuple[HandlerView, ...]:
    """Who acts or acted for a firm: those in force first, the legal person before others.

    For the firm itself and the operator. Error: E-RECORDS-FORBIDDEN.
    """
    if viewer.role != "operator" and not (viewer.role == "firm" and viewer.party == party):
        raise InnoCityError("E-RECORDS-FORBIDDEN", "只能看本企业的经办人", None, "换到这家企业")
    found = Handler.objects.filter(party=party).select_related("account__user").order_by("-legal_person", "id")
    views = [
        HandlerView(one.account.user.get_username(), one.legal_person, one.granted_on, one.granted_by,
                    one.revoked_on or one.account.revoked_on, one.revoked_by) for one in found
    ]  # fmt: skip
    return tuple(sorted(views, key=lambda one: one.revoked_on is not None))


def accounts(viewer: Viewer) -> tuple[AccountView, ...]:
    """All accounts by name; for the operator and auditors. Error: E-RECORDS-FORBIDDEN."""
    if viewer.role not in ("operator", "auditor"):
        raise InnoCityError("E-RECORDS-FORBIDDEN", "账号清单只有系统管理员和审计可以看", None, "由系统管理员列出")
    found = Account.objects.select_related("user", "unit").prefetch_related("handles__party").order_by("user__username")
    return tuple(_view(one) for one in found)


def _view(one: Account) -> AccountView:
    firms = tuple(each.party.name or each.party_id for each in one.handles.all() if each.revoked_on is None)
    last = one.user.last_login
    whom = (one.unit.name,) if one.unit is not None else firms
    return AccountView(one.user.get_username(), one.role, whom, one.demo, one.revoked_on, last.date() if last else None)
