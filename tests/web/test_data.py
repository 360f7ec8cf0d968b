"""Open data: the dictionary describes exactly what is in the files."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from django.test import Client

from innocity.web import cities
from innocity.web.open_data import TABLES
from innocity.web.policy_graph import branches, documents_with_tasks, drawing


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
@pytest.mark.parametrize("table", TABLES)
def test_all_forms_hold_the_same_rows_and_the_columns_of_the_dictionary(site: Client, city: str, table: str) -> None:
    answer = site.get(f"/{city}/data/{table}.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{city}-{table}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = json.loads(site.get(f"/{city}/data/{table}.json").content)
    wanted = [key for key, _, _ in TABLES[table].columns]
    assert list(rows[0]) == wanted == [column["id"] for column in found["columns"]]
    assert len(rows) == len(found["rows"]) > 0
    assert all(set(row) == set(wanted) for row in found["rows"])
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+@\t\r" and cell]
    parquet = pq.read_table(io.BytesIO(site.get(f"/{city}/data/{table}.parquet").content))
    assert parquet.column_names == wanted and parquet.num_rows == len(rows)
    assert parquet.schema.field(0).metadata[b"name"].decode() == TABLES[table].columns[0][1]
    for exact, row in zip(parquet.to_pylist(), found["rows"], strict=True):
        assert {key for key, value in exact.items() if value is None} == {k for k, v in row.items() if v is None}
        assert all(Decimal(row[key]) == value for key, value in exact.items() if isinstance(value, Decimal))


def test_simulated_rows_say_so(site: Client, instance: object) -> None:
    targets = json.loads(site.get("/weihai/data/targets.json").content)["rows"]
    assert {row["simulated"] for row in targets} <= {True, False}
    assert sum(row["light"] == "met" for row in targets) > 0


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_graphs_hold_together(site: Client, city: str) -> None:
    pack, board = cities.pack_of(city), cities.state_of(city).board
    for document in documents_with_tasks(pack):
        found = branches(pack, board, document)
        drawn = drawing(pack, document, found)
        ids = [node["id"] for node in drawn["nodes"]]
        assert len(ids) == len(set(ids))
        assert {end for link in drawn["links"] for end in link.values()} == set(ids)
        shown = json.loads(site.get(f"/{city}/graph/{document}.json").content)
        assert [site.get(node["address"].partition("#")[0]).status_code for node in shown["nodes"][:12]] == [200] * min(
            12, len(ids)
        )


def test_where_a_table_has_more_rows_than_the_home_page_counts_it_says_why(site: Client) -> None:
    home, page = (site.get(path).content.decode() for path in ("/weihai/", "/weihai/data/"))
    state = cities.state_of("weihai")
    rows, counted = len(TABLES["targets"].rows("weihai")), len(state.board.distinct)
    assert f"{counted} 个目标逐个亮灯" in home and rows > counted
    assert f"首页和进展页数 {counted} 个：另外 {rows - counted} 行" in page
    tasks = len(TABLES["tasks"].rows("weihai"))
    told = re.search(r"首页数 ([0-9]+) 项：只数最末一级的任务；另外 ([0-9]+) 行", page)
    assert told and f"{told[1]} 项任务看得到谁负责" in home and int(told[1]) + int(told[2]) == tasks
