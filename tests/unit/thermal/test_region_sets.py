"""Sets of regions: names, what follows a region that goes or is renamed, and JSON there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ThermviewError
from thermview.thermal.region_alarms import Alarm
from thermview.thermal.region_sets import Difference, RegionSet, from_json, to_json
from thermview.thermal.regions import KINDS, Line, Polygon, Rectangle, Spot, drawn

NUMBER = st.floats(-1e4, 1e4)
SET = RegionSet(
    (Spot("S1", 1.5, 2.5), Rectangle("R1", 0, 0, 4, 5), Line("L1", (0, 0), (3.25, 4))),
    (Difference("R1", "S1"), Difference("L1", "R1")),
    (Alarm("R1", "maximum", "above", 60.0, 2.0, 3), Alarm("S1", "mean", "below", 10.0)),
)


@st.composite
def sets(draw):
    names = draw(st.lists(st.text("RSLabc é가", min_size=1).filter(str.strip), unique=True, max_size=5))
    names = [name[:40] for name in names if name[:40].strip()]
    kinds = [draw(st.sampled_from(KINDS)) for _ in names]
    points = st.lists(st.tuples(NUMBER, NUMBER), min_size=3, max_size=5).map(tuple)
    regions = tuple(drawn(kind, name, draw(points)) for kind, name in zip(kinds, names, strict=True))
    if not names:
        return RegionSet()
    name = st.sampled_from(names)
    alarm = st.builds(Alarm, name, limit=NUMBER, hysteresis=st.floats(0, 9), hold_off=st.integers(1, 99))
    differences = draw(st.lists(st.builds(Difference, name, name), max_size=3))
    return RegionSet(regions, tuple(differences), tuple(draw(st.lists(alarm, max_size=3))))


@given(sets())
def test_json_and_back_is_the_same_set(regions):
    assert from_json(to_json(regions)) == regions


SPOT = '{"kind": "spot", "name": "S", "column": 1, "row": 1}'


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "no json", '{"regions": 3}', '{"regions": [{"kind": "circle", "name": "C"}]}',
        '{"regions": [{"kind": "spot", "name": "S", "column": NaN, "row": 1}]}',
        '{"regions": [{"kind": "spot", "name": " ", "column": 1, "row": 1}]}',
        f'{{"regions": [{SPOT}, {SPOT}]}}',
        '{"regions": [{"kind": "polygon", "name": "P", "points": [[0, 0], [1, 1]]}]}',
        '{"regions": [{"kind": "rectangle", "name": "R", "left": 0, "top": 0, "width": -1, "height": 1}]}',
        '{"differences": [{"first": "A", "second": "B"}]}',
        f'{{"regions": [{SPOT}], "alarms": [{{"region": "S", "hold_off": 0}}]}}',
        f'{{"regions": [{SPOT}], "alarms": [{{"region": "S", "limit": Infinity}}]}}',
    ],
)  # fmt: skip
def test_what_is_no_set_of_regions_gets_one_sentence(text):
    with pytest.raises(ThermviewError, match=r"^These are no regions that can be read \(.+\)\.$"):
        from_json(text)


def test_names_count_up_by_kind():
    assert [SET.free_name(kind) for kind in KINDS] == ["S2", "L2", "R2", "E1", "P1"]
    assert RegionSet().with_region(Spot("S2", 0, 0)).free_name("spot") == "S1"


def test_a_region_that_goes_takes_along_what_names_it():
    left = SET.without("S1")
    assert left.names == ("R1", "L1")
    assert left.differences == (Difference("L1", "R1"),)
    assert [alarm.region for alarm in left.alarms] == ["R1"]


def test_a_changed_region_keeps_its_place():
    changed = SET.with_region(Polygon("R1", ((0, 0), (1, 0), (1, 1))))
    assert changed.names == SET.names
    assert changed.region("R1").kind == "polygon"
    assert changed.region("gone") is None


def test_a_new_name_is_used_everywhere():
    renamed = SET.renamed("R1", " weld \n seam ")
    assert renamed.names == ("S1", "weld seam", "L1")
    assert renamed.differences == (Difference("weld seam", "S1"), Difference("L1", "weld seam"))
    assert renamed.alarms[0].region == "weld seam"
    assert renamed.renamed("weld seam", "R1") == SET


@pytest.mark.parametrize("name", ["", "  ", "S1"])
def test_a_name_is_there_and_its_own(name):
    with pytest.raises(ThermviewError):
        SET.renamed("R1", name)
