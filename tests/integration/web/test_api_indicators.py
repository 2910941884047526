"""Programs look the indicator library through, assign its indicators and propose to it."""

from flask import Flask

from agencies.store import read_tree
from core.db import unit_of_work
from indicator_library.catalogue import SetInfo, define, save_set
from indicator_library.meaning import Meaning
from tests.builders import NOW, SINCE, build
from tests.integration.web.programs import programs


def test_the_library_by_programs(app: Flask) -> None:
    with unit_of_work(app) as session:
        build(session, 2)
        tree = read_tree(session, SINCE)
        asking = programs(app, session, [tree.with_code("31"), tree.with_code("C0001")])
        set_id = save_set(
            session, SetInfo("T", "Bộ tỉnh"), agency=tree.with_code("31").id, actor="test", now=NOW
        ).id
        for code, meaning in (
            ("T01", Meaning("Dân số", "người", levels=("commune",))),
            ("T02", Meaning("Diện tích", "ha", levels=("province",))),
        ):
            define(session, code, meaning, set_id=set_id, group="", since=SINCE, actor="test", now=NOW)
    keeper, commune = asking["xa-31-qt"], asking["xa-c0001-th"]

    found = commune.get("/indicators?text=dan&level=commune")
    assert [(each["code"], each["set"], each["meaning"]["unit"]) for each in found] == [("T01", "T", "người")]
    commune.get("/indicators/KHÔNG-CÓ", status=404)
    commune.get("/indicators?level=làng", status=400)

    (known,) = commune.get("/indicator-sets")
    place = f"/indicator-sets/{known['id']}"
    given = {"indicators": ["T01"], "agency": "C0001", "duty": "responsible", "since": "2026-01-01"}
    commune.post(f"{place}/assignments", given, status=403)
    keeper.post(f"{place}/assignments", given | {"indicators": ["T01", "X"]}, status=404)
    assert keeper.post(f"{place}/assignments", given) == {"added": 1}
    assert keeper.post(f"{place}/assignments", given) == {"added": 0}
    (held,) = commune.get("/indicator-assignments?agency=C0001")
    assert (held["indicator"], held["duty"], held["until"]) == ("T01", "responsible", None)
    one = commune.get("/indicators/T01")
    assert one["assignments"] == [held] and [each["version"] for each in one["history"]] == [1]

    asked = {"code": "T01", "set": "T", "reason": "Đổi tên", "meaning": {"name": "Dân số trung bình"}}
    commune.post("/indicator-proposals", asked | {"meaning": {"name": "x", "nature": "?"}}, status=400)
    first = commune.post("/indicator-proposals", asked, status=201)
    assert (first["state"], first["agency"]) == ("proposed", "C0001")
    keeper.post("/indicator-proposals/withdrawn", {"proposal": first["id"]}, status=403)
    commune.post("/indicator-proposals/withdrawn", {"proposal": first["id"]})
    second = commune.post("/indicator-proposals", asked, status=201)
    answer = {"proposal": second["id"], "accept": True, "since": "2026-02-01"}
    commune.post(f"{place}/answers", answer, status=403)
    assert keeper.post(f"{place}/answers", answer)["state"] == "accepted"
    keeper.post(f"{place}/answers", answer, status=409)
    assert [each["state"] for each in commune.get("/indicator-proposals")] == ["accepted", "withdrawn"]
    assert commune.get("/indicators/T01?on=2026-03-01")["meaning"]["name"] == "Dân số trung bình"
