"""`innocity account token`, `tokens`, `revoke-token`, as the operator types them."""

from __future__ import annotations

from pathlib import Path

from tests.web.account.test_commands import typed
from tests.web.conftest import Instance


def test_a_token_from_issuing_to_revoking(filled: Instance, tmp_path: Path) -> None:
    var = filled.copied(tmp_path / "var")
    made = typed(var, "account", "token", "weihai", "wh_science", "--for", "业务系统", "--days", "30", "--writes")
    assert made["token"].startswith("innocity_") and made["writes"]
    (row,) = typed(var, "account", "tokens", "weihai")["tokens"]
    assert row["in_force"] and row["unit_name"] == "市科技局" and made["token"] not in str(row)
    assert made["token"].startswith(row["start"]) and row["used_on"] is None
    typed(var, "account", "revoke-token", "weihai", str(made["id"]))
    (row,) = typed(var, "account", "tokens", "weihai")["tokens"]
    assert not row["in_force"]
    unknown = typed(var, "account", "revoke-token", "weihai", "99", code=1)
    assert unknown["error"]["code"] == "E-TOKEN-UNKNOWN" and unknown["error"]["remedy"]
