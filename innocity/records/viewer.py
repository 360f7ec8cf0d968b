"""Who asks. Every function of `innocity.records.queries` takes a `Viewer` and shows what that one may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from innocity.packs.model import Register

Role = Literal["anonymous", "firm", "officer", "leader", "auditor", "operator"]
#: What registers call those who write them without naming a unit: whoever a target or task names.
ANY_UNIT = frozenset({"units", "lead", "responsible"})


def _handled(account: int) -> list[str]:
    """The firms for which an account acts today. Asked at each request: composing a query would cost more."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT party_id FROM records_handler WHERE account_id = %s AND revoked_on IS NULL ORDER BY id", [account]
        )
        return [row[0] for row in cursor.fetchall()]


def keeps(unit: str, register: Register) -> bool:
    """Whether a register names this unit, by its id or by its duty (`wh_science`: science), among its writers."""
    return any(writer in (unit, unit.partition("_")[2]) for writer in register.writers)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a role, and the unit or party for which they act.

    | role | sees |
    |---|---|
    | anonymous | what is published |
    | firm | that, and all about its own party |
    | officer | all parties (a county unit: those of its county), personal columns of registers that its unit keeps |
    | leader | all parties, nothing personal |
    | auditor | all parties, nothing personal; the audit log |
    | operator | everything: who runs commands on the machine itself |
    """

    role: Role = "anonymous"
    name: str = ""
    unit: str | None = None
    party: str | None = None
    county: str | None = None  # the division or zone to which an officer's unit is bound

    @classmethod
    def operator(cls, name: str) -> Viewer:
        """Whoever has the command line of the machine."""
        return cls("operator", name)

    @classmethod
    def of(cls, user: Any, chosen: str | None = None) -> Viewer:
        """The viewer that a signed-in user is; anybody without an account in force is anonymous.

        Who acts for several firms is the one `chosen`, or none until one is.
        """
        from innocity.records.accounts import in_force
        from innocity.records.models import Party

        if not getattr(user, "is_authenticated", False):
            return cls()
        known = getattr(user, "account_in_force", None)  # of whom `AccountBackend` has just found by a session
        account = known or in_force().select_related("unit").filter(user=user).first()
        if account is None:
            return cls()
        name = user.get_username()
        if account.role == "firm":
            mine = _handled(account.id)
            only = mine[0] if len(mine) == 1 else None
            return cls("firm", name, None, chosen if chosen in mine else only)
        unit = account.unit
        assert unit is None or unit.kind == Party.Kind.UNIT
        county = (unit.division or unit.zone or None) if unit is not None else None
        return cls(account.role, name, account.unit_id, None, county)

    def sees_all_parties(self) -> bool:
        """Whether facts of any party are shown without being published."""
        return self.role in ("leader", "auditor", "operator") or (self.role == "officer" and self.county is None)

    def sees_audit(self) -> bool:
        """Whether the audit log is shown."""
        return self.role in ("auditor", "operator")

    def sees_runs(self) -> bool:
        """Whether runs and snapshots are shown: they are about everybody."""
        return self.role in ("officer", "leader", "auditor", "operator")

    def writes(self, register: Register) -> bool:
        """Whether this one may record facts in a register.

        A register's writers are duties (`science`); the unit `wh_science` of a city answers for it by its name.
        """
        if self.role == "operator":
            return True
        if self.role != "officer" or self.unit is None:
            return False
        return self.duty(register) or bool(ANY_UNIT & set(register.writers))

    def duty(self, register: Register) -> bool:
        """Whether the register is kept by this one's unit itself, not by whichever unit is named in a task."""
        return keeps(self.unit or "", register)

    def sees_personal(self, register: Register, party: str | None = None) -> bool:
        """Whether personal columns of a register are shown, of one party or of any."""
        own = self.role == "firm" and party is not None and party == self.party
        return self.role == "operator" or own or (self.role == "officer" and self.duty(register))
