"""What is recorded from day to day: the same actions, checks and errors on files, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from innocity.actions import hold_meeting as meetings
from innocity.actions.close_task import Closing, close_task
from innocity.actions.confirm_figure import confirm_figure
from innocity.actions.correct_fact import correct_fact
from innocity.actions.figures import confirmations, recorded
from innocity.actions.hold_meeting import MeetingHeld, Resolved, hold_meeting
from innocity.actions.import_ledgers import NOTE, import_ledgers
from innocity.actions.ledger import LEDGERS, changed, csv_ledger, in_records, ledger
from innocity.actions.observe import observe
from innocity.actions.record_facts import record_facts
from innocity.actions.report_progress import Progress, report_progress
from innocity.actions.task_records import task_records, tasks_as_of
from innocity.actions.verify_audit import verify_audit
from innocity.core.errors import ErrorList, InnoCityError, InnoCityErrors
from innocity.engines.simulation.folder import simulate
from innocity.packs.facts import read_facts
from innocity.packs.model import Pack
from innocity.records.models import AuditEntry, Fact
from innocity.records.viewer import Viewer
from tests.records import databases
from tests.records.conftest import OPERATOR

TODAY = date(2024, 3, 1)
HNTE = {"indicator": "hnte_count", "period": "2023", "value": "1480", "party_id": "市科技局"}
SCIENCE = Viewer("officer", "keji", "wh_science")
FINANCE = Viewer("officer", "caizheng", "wh_finance")
GROUP = Viewer("leader", "lingdao", "wh_innovation_group")
HELD = MeetingHeld(
    "leading_group", "领导小组第三次会议", date(2023, 11, 20), "wh_innovation_group",
    [Resolved("摸清研发机构底数", lead=["wh_science"], due=date(2024, 1, 31))],
)  # fmt: skip


@dataclass(frozen=True)
class City:
    """A city, and where it keeps its ledgers."""

    pack: Pack
    var: Path
    kind: str


@pytest.fixture(params=["csv", "sqlite", "postgresql"])
def city(
    request: pytest.FixtureRequest, tmp_path: Path, settings_here: None, weihai: Pack, monkeypatch: pytest.MonkeyPatch
) -> Iterator[City]:
    """The city on each of the stores."""
    if request.param == "csv":
        yield City(weihai, tmp_path / "var", "csv")
        return
    if request.config.pluginmanager.hasplugin("django"):
        request.getfixturevalue("django_db_blocker").unblock()
    settings = databases.copied(request.getfixturevalue(f"{request.param}_city"), tmp_path)
    monkeypatch.setenv("INNOCITY_DATABASE_URL", "as the test has set it")
    with databases.used(settings):
        yield City(weihai, tmp_path / "var", request.param)
        connection.close()
    databases.dropped(settings)


@pytest.fixture(scope="module")
def simulated(weihai: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated city, as a folder of facts."""
    folder = tmp_path_factory.mktemp("simulated") / "facts"
    simulate(weihai, firms=200, out=folder)
    return folder


def codes_of(error: InnoCityError) -> set[str]:
    return {one.code for one in error.errors} if isinstance(error, InnoCityErrors) else {error.code}


def some_task(pack: Pack) -> str:
    """A task that the science department answers for, without tasks below it."""
    parents = {task.parent for task in pack.tasks.values()}
    return next(
        task.id for task in pack.tasks.values()
        if task.owed() and not task.same_as and task.id not in parents and not task.depends_on
        and "wh_science" in (*task.lead, *task.responsible) and (task.article or "").startswith("plan-2023")
    )  # fmt: skip


def progress(city: City, **more: object) -> Progress:
    told = Progress(some_task(city.pack), "wh_science", date(2024, 2, 1), 40, "完成名单")
    return replace(told, **more)  # type: ignore[arg-type]


def test_where_rows_are_kept(city: City) -> None:
    book = ledger(city.pack, "observation", city.var)
    assert in_records(city.pack, city.var) == (city.kind != "csv")
    assert ("库" in book.shown) == (city.kind != "csv")


def test_rows_come_back_typed_and_in_order(city: City) -> None:
    made = observe(city.pack, [HNTE, HNTE | {"period": "2021", "value": "1,100"}], city.var, TODAY)
    book = ledger(city.pack, "observation", city.var)
    rows = book.rows()
    assert [(row["value"], row["observed_on"], row["recorded_at"]) for row in rows] == [
        ("1480", TODAY, TODAY), ("1100", TODAY, TODAY),
    ]  # fmt: skip
    assert [row["fact_id"] for row in rows] == [row["fact_id"] for row in made]
    assert rows[0]["revises"] is None and rows[0]["simulated"] is None
    assert [str(figure.value) for figure in recorded(city.pack, city.var)] == ["1480", "1100"]
    assert all(figure.place and figure.fact for figure in recorded(city.pack, city.var))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": "1480家"}, "E-NUMBER-FORMAT"),
        ({"period": "2025"}, "E-FIGURE-PERIOD"),
        ({"note": "=HYPERLINK(1)"}, "E-FACTS-VALUE"),
        ({"note": "看不见\x00的字"}, "E-FACTS-TYPE"),
        ({"colour": "红"}, "E-FACTS-COLUMN-EXTRA"),
        ({"party_id": "外星局"}, "E-UNIT-UNKNOWN"),
    ],
)
def test_the_same_errors_and_nothing_half_recorded(city: City, change: dict[str, str], code: str) -> None:
    with pytest.raises(InnoCityError) as refused:
        observe(city.pack, [HNTE | {"period": "2021", "value": "1100"}, HNTE | change], city.var, TODAY)
    assert codes_of(refused.value) == {code} and "第 2 行" in str(refused.value)
    assert ledger(city.pack, "observation", city.var).rows() == []


def test_an_id_is_used_once(city: City) -> None:
    row = {"party_id": "wh_science", "indicator": "hnte_count", "period": "2023", "value": "1", "fact_id": "own-1"}
    book = ledger(city.pack, "observation", city.var)
    book.append([row])
    with pytest.raises(InnoCityError) as refused:
        book.append([row])
    assert refused.value.code == "E-FACTS-DUPLICATE"


def test_a_year_of_work(city: City) -> None:
    """Observe, confirm, report, meet, close: all read back through the same functions."""
    observe(city.pack, [HNTE], city.var, TODAY)
    confirm_figure(city.pack, "hnte_count", "2023", "1480", "张三", party="市科技局", var=city.var, today=TODAY)
    assert len(confirmations(city.pack, city.var)) == 1
    report_progress(city.pack, progress(city), city.var, today=TODAY)
    resolutions = hold_meeting(city.pack, HELD, city.var, today=TODAY)
    new = resolutions[0]["task"]
    report_progress(
        city.pack, progress(city, task=new, progress=100, work="finished"), city.var, today=TODAY
    )  # fmt: skip
    closing = Closing(new, "wh_innovation_group", date(2024, 2, 20), ["清单.xlsx"])
    close_task(city.pack, closing, city.var, today=TODAY)
    board = tasks_as_of(city.pack, TODAY, city.var)
    assert board.states[new].status == "done"
    assert board.states[some_task(city.pack)].progress == 40
    with pytest.raises(InnoCityError) as refused:
        close_task(city.pack, closing, city.var, today=TODAY)
    assert refused.value.code == "E-TASK-CLOSED"


def test_who_wrote_is_kept(city: City) -> None:
    row = observe(city.pack, [{**HNTE, "party_id": None}], city.var, TODAY, viewer=SCIENCE)[0]
    assert row["party_id"] == "wh_science", "an officer reports for the own unit"
    if city.kind == "csv":
        assert row["source"] == "keji登记"
        return
    last = AuditEntry.objects.order_by("-seq").first()
    assert last is not None and (last.actor, last.role, last.action) == ("keji", "officer", "observe")
    assert Fact.objects.get(register="observation").entry == last.seq
    assert verify_audit(OPERATOR).whole


@pytest.mark.parametrize("viewer", [FINANCE, Viewer(), Viewer("auditor", "shenji"), Viewer("firm", "x", party="A")])
def test_nobody_writes_in_the_name_of_another_unit(city: City, viewer: Viewer) -> None:
    task = some_task(city.pack)
    closing = Closing(task, "wh_innovation_group", date(2024, 2, 20), ["清单.xlsx"])
    attempts = (
        lambda: observe(city.pack, [HNTE], city.var, TODAY, viewer=viewer),
        lambda: report_progress(city.pack, progress(city), city.var, today=TODAY, viewer=viewer),
        lambda: close_task(city.pack, closing, city.var, today=TODAY, viewer=viewer),
        lambda: hold_meeting(city.pack, HELD, city.var, today=TODAY, viewer=viewer),
    )
    for attempt in attempts:
        with pytest.raises(InnoCityError) as refused:
            attempt()
        assert refused.value.code == "E-LEDGER-UNIT" and refused.value.remedy
    assert not any(ledger(city.pack, name, city.var).rows() for name in ("observation", "task_progress", "meeting"))


def test_the_leading_group_closes_and_meets(city: City) -> None:
    hold_meeting(city.pack, HELD, city.var, today=TODAY, viewer=GROUP)
    closing = Closing(some_task(city.pack), "wh_innovation_group", date(2024, 2, 20), ["清单.xlsx"])
    close_task(city.pack, closing, city.var, today=TODAY, viewer=Viewer("leader", "another"))
    with pytest.raises(InnoCityError) as refused:
        held = replace(HELD, unit="wh_finance", held_on=date(2023, 11, 21))
        hold_meeting(city.pack, held, city.var, today=TODAY, viewer=FINANCE)
    assert refused.value.code == "E-LEDGER-UNIT" and "领导小组" in (refused.value.remedy or "")


def test_a_meeting_is_checked_under_the_lock(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between check and write nobody else may give the same meeting."""
    real, inside = meetings.task_records, []

    def watched(pack: Pack, var: Path) -> object:
        inside.append(connection.in_atomic_block if city.kind != "csv" else _is_locked(city))
        return real(pack, var)

    monkeypatch.setattr(meetings, "task_records", watched)
    hold_meeting(city.pack, HELD, city.var, today=TODAY)
    assert inside == [True]


def _is_locked(city: City) -> bool:
    """Whether another program would have to wait."""
    path = city.var / "weihai" / ".ledgers.lock"
    script = "import fcntl, sys; fcntl.flock(open(sys.argv[1], 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=False)
    return done.returncode != 0


def test_of_two_who_report_at_once_one_is_refused(city: City) -> None:
    """What is checked still holds when it is written, whoever else writes meanwhile."""
    start, told = threading.Barrier(3), []

    def report(value: str) -> None:
        start.wait(60)
        try:
            observe(city.pack, [HNTE | {"value": value}], city.var, TODAY)
            told.append("ok")
        except InnoCityError as error:
            told.append(error.code)
        finally:
            connection.close()

    workers = [threading.Thread(target=report, args=(str(1400 + number),)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(told) == ["E-FIGURE-REVISION", "E-FIGURE-REVISION", "ok"]
    assert len(ledger(city.pack, "observation", city.var).rows()) == 1


def test_what_is_raised_inside_undoes_all(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the records a meeting is not recorded without its resolutions; in files recording goes on later."""
    real = meetings.ledger

    def broken(pack: Pack, name: str, var: Path, **more: Any) -> Any:
        if name == "resolution":
            raise InnoCityError("E-LEDGER-WRITE", "磁盘已满")
        return real(pack, name, var, **more)

    monkeypatch.setattr(meetings, "ledger", broken)
    with pytest.raises(InnoCityError):
        hold_meeting(city.pack, HELD, city.var, today=TODAY)
    monkeypatch.undo()
    if city.kind != "csv":
        monkeypatch.setenv("INNOCITY_DATABASE_URL", "as before")
    assert len(ledger(city.pack, "meeting", city.var).rows()) == (1 if city.kind == "csv" else 0)
    assert len(hold_meeting(city.pack, HELD, city.var, today=TODAY)) == 1


def test_the_stamp_changes_with_what_is_recorded_and_with_nothing_else(city: City) -> None:
    stamps = [changed(city.pack, city.var)]
    assert changed(city.pack, city.var) == stamps[0]
    for step in (
        lambda: observe(city.pack, [HNTE], city.var, TODAY),
        lambda: report_progress(city.pack, progress(city), city.var, today=TODAY),
        lambda: hold_meeting(city.pack, HELD, city.var, today=TODAY),
    ):
        step()
        stamps.append(changed(city.pack, city.var))
    assert len({*map(str, stamps)}) == 4


def test_another_city_of_the_same_instance_stays_with_its_files(city: City) -> None:
    from innocity.packs.load import load_pack

    assert not in_records(load_pack("liaocheng"), city.var)


def test_a_corrected_fact_keeps_its_place(city: City) -> None:
    if city.kind == "csv":
        pytest.skip("files have no corrections of facts")
    first = observe(city.pack, [HNTE, HNTE | {"period": "2021", "value": "1100"}], city.var, TODAY)[0]
    correct_fact(city.pack, OPERATOR, "observation", first["fact_id"], {"note": "核对"}, "笔误", revision=1)
    rows = ledger(city.pack, "observation", city.var).rows()
    assert [(row["value"], row["note"]) for row in rows] == [("1480", "核对"), ("1100", None)]


def test_what_files_held_is_brought_in_and_later_lines_are_told(city: City) -> None:
    if city.kind == "csv":
        pytest.skip("there is nothing to bring in")
    file = csv_ledger(city.pack, city.pack.registers["observation"], city.var)
    row = {"party_id": "wh_science", "indicator": "hnte_count", "scope": "city", "unit": "家"}
    file.append([{**row, "period": "2023", "value": "1480"}, {**row, "period": "2021", "value": "1100"}])
    before = file.path.read_bytes()
    faults = ErrorList()
    assert ledger(city.pack, "observation", city.var).rows(faults) == []
    assert [one.code for one in faults] == ["W-LEDGER-LEFT"] and "第 2、3 行" in str(faults.items[0])
    import_ledgers(city.pack, OPERATOR, city.var)
    assert file.path.read_bytes() == before and json.loads((file.path.parent / NOTE).read_text())["files"]
    faults = ErrorList()
    assert len(ledger(city.pack, "observation", city.var).rows(faults)) == 2 and not len(faults)
    file.append([{**row, "period": "2020", "value": "900"}])
    ledger(city.pack, "observation", city.var).rows(faults)
    assert "第 4 行" in str(faults.items[0]) and "innocity records import" in (faults.items[0].remedy or "")
    file.path.write_text(file.path.read_text("utf-8-sig").replace("1100", "1101"), encoding="utf-8-sig")
    import_ledgers_refused(city)
    faults = ErrorList()
    ledger(city.pack, "observation", city.var).rows(faults)
    assert any("与库里的不同" in one.message for one in faults)


def import_ledgers_refused(city: City) -> None:
    with pytest.raises(InnoCityError) as refused:
        import_ledgers(city.pack, OPERATOR, city.var)
    assert refused.value.code == "E-FACT-EXISTS"


def test_rows_in_another_order_than_their_ids_keep_their_order(city: City) -> None:
    if city.kind == "csv":
        pytest.skip("there is nothing to bring in")
    file = csv_ledger(city.pack, city.pack.registers["observation"], city.var)
    row = {"party_id": "wh_science", "indicator": "hnte_count", "scope": "city", "unit": "家", "value": "1"}
    file.append([{**row, "period": str(year), "fact_id": name} for year, name in ((2023, "b"), (2022, "a"))])
    import_ledgers(city.pack, OPERATOR, city.var)
    assert [one["fact_id"] for one in ledger(city.pack, "observation", city.var).rows()] == ["b", "a"]


def test_simulated_rows_of_a_facts_folder_are_not_counted_twice(city: City, simulated: Path) -> None:
    """After `records load` the same rows stand in the folder and in the records."""
    if city.kind == "csv":
        pytest.skip("there is nothing to load")
    before = task_records(city.pack, city.var, simulated)
    tables = {name: table for name, table in read_facts(simulated, city.pack).tables.items() if name in LEDGERS}
    record_facts(city.pack, OPERATOR, tables, simulated=True)
    assert len(before.reports) > 10 and all(one.simulated for one in before.reports)
    after = task_records(city.pack, city.var, simulated)
    assert sorted(map(str, after.reports)) != [] and len(after.reports) == len(before.reports)
    assert all(one.simulated for one in after.reports)
    assert len(after.resolutions) == len(before.resolutions) and len(after.closures) == len(before.closures)


def test_without_a_database_django_is_not_even_imported(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom innocity.actions.ledger import ledger\n"
        "from innocity.packs.load import load_pack\n"
        "assert ledger(load_pack('weihai'), 'observation', Path(sys.argv[1])).rows() == []\n"
        "assert 'django' not in sys.modules, 'Django was imported'"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True)
