"""The evaluation: who teaches and who is tested, when an alarm counts, and a whole run on a small capture."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laser_fits import write_frames
from laser_models import laser_model

from thermview.errors import ModelError, ReadError
from thermview.jobs import last_result
from thermview.laser.evaluate import evaluate
from thermview.laser.evaluate_methods import Judged
from thermview.laser.evaluate_plan import Options, Truth, in_turn, plan_of, read_truth, spread
from thermview.laser.evaluate_report import delay, html_of, percent, sized
from thermview.laser.evaluate_rules import Level, Rule, Told, auc, calibrated_rule, tell, tell_new
from thermview.laser.evaluate_tables import alarm_share, right_causes, share, smallest
from thermview.laser.evaluate_trials import GOALS, shared_out, trials_of
from thermview.laser.faults import INJECTIONS, inject
from thermview.sample.laser import make_batch, simulate
from thermview.scoring import ModelId, Scores

ROOT = Path("capture")


def paths(batch, numbers):
    return [ROOT / batch / f"{number:04}.npz" for number in numbers]


def ids(sources):
    return [source.id for source in sources]


def test_batches_are_split_in_the_order_of_time():
    plan = plan_of(ROOT, paths("Type1", range(1, 11)), Truth({}), Options())
    (batch,) = plan.batches
    assert ids(batch.fit) == [f"Type1/{n:04}" for n in (1, 2, 3, 4)]
    assert ids(batch.calibration) == [f"Type1/{n:04}" for n in (5, 6, 7)]
    assert ids(batch.test) == [f"Type1/{n:04}" for n in (8, 9, 10)]


def test_what_is_known_to_be_faulty_teaches_and_tests_nothing():
    truth = Truth({"Type1/0002": {"normal": False, "fault": {"kind": "frozen", "first": 3, "last": 9}}})
    plan = plan_of(ROOT, paths("Type1", range(1, 6)), truth, Options())
    (item,) = plan.aside
    assert item.source.id == "Type1/0002"
    assert item.span(100) == (3, 9)
    assert item.span(5) == (0, 4)  # the truth names frames that are not there
    (batch,) = plan.batches
    assert "Type1/0002" not in ids(batch.fit + batch.calibration + batch.test)


def test_the_published_anomaly_and_its_forerunners_are_kept_aside():
    plan = plan_of(ROOT, paths("Type16", range(1660, 1680)), Truth({}), Options())
    assert ids(item.source for item in plan.aside) == [f"Type16/{n}" for n in range(1666, 1674)]


def test_a_batch_given_by_itself_has_the_ids_of_its_capture():
    plan = plan_of(ROOT / "Type2", paths("Type2", range(1, 5)), Truth({}), Options())
    assert plan.batches[0].fit[0].id == "Type2/0001"


def test_batches_with_too_few_normals_are_left_out_and_told():
    plan = plan_of(ROOT, [*paths("Type1", range(3)), *paths("Type2", range(2))], Truth({}), Options())
    assert [batch.name for batch in plan.batches] == ["Type1"]
    assert plan.notices == ("Type2: fewer than 3 normal recordings, left out.",)
    with pytest.raises(ReadError, match="no batch has 3 or more"):
        plan_of(ROOT, paths("Type2", range(2)), Truth({}), Options())


@pytest.mark.parametrize("text", ["[]", "{", '{"recordings": 3}', '{"recordings": {"a": 1}}', "\xff"])
def test_a_truth_file_that_is_none_is_told_in_a_sentence(tmp_path, text):
    (tmp_path / "laser_truth.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ReadError, match=r"laser_truth\.json: not a usable truth file"):
        read_truth(tmp_path)


def test_a_truth_file_beside_the_batch_is_found(tmp_path):
    (tmp_path / "Type1").mkdir()
    (tmp_path / "laser_truth.json").write_text('{"simulated": true, "recordings": {}}', "utf-8")
    assert read_truth(tmp_path / "Type1").simulated is True
    assert read_truth(tmp_path.parent).simulated is None


@given(st.lists(st.integers(), max_size=40), st.integers(1, 20))
def test_spread_keeps_order_and_number(items, most):
    kept = spread(items, most)
    assert len(kept) == min(len(items), most)
    left = iter(items)
    assert all(item in left for item in kept)


@given(st.lists(st.lists(st.integers(), max_size=6), max_size=6))
def test_in_turn_loses_nothing(groups):
    assert sorted(in_turn(groups)) == sorted(item for group in groups for item in group)


def test_trials_fit_into_their_recordings_and_come_again_with_the_seed():
    trials = list(trials_of(Options(trials=2)))
    assert trials == list(trials_of(Options(trials=2)))
    assert trials != list(trials_of(Options(trials=2, seed=2)))
    for trial in trials:
        fault = trial.placed(900, ((300, 500),))
        if INJECTIONS[trial.kind].control:  # it has no room beside the obstacle
            assert fault is None
            fault = trial.placed(900, ())
        assert 32 < fault.first <= fault.last < 900 - 6
    dealt = [trial for hand in shared_out(trials, 7) for trial in hand]
    assert sorted(map(str, dealt)) == sorted(map(str, trials))


def test_faults_that_a_recording_cannot_have_are_not_put_in():
    kinds = {trial.kind: trial for trial in trials_of(Options(trials=1))}
    assert kinds["scan_slow"].placed(600) is None  # it lasts longer
    assert kinds["missed_obstacle"].placed(900) is None  # there is none
    assert kinds["late_obstacle"].placed(900, ((20, 300),)) is None  # it cannot be due before the beginning
    assert kinds["missed_obstacle"].placed(900, ((20, 300),)).last == 300


def test_goals_are_tried_as_often_as_asked_and_sweeps_too():
    cells = Counter(
        (t.kind, t.size, t.duration) for t in trials_of(Options(trials=2, goals=5, kinds=tuple(INJECTIONS)))
    )
    for goal in GOALS:
        assert cells[goal.kind, goal.size, goal.frames] == 5
    assert cells["power_drop", 0.2, 30] == 2
    few = Counter(t.kind for t in trials_of(Options(trials=0, goals=3)))
    assert set(few.values()) <= {3, 6}
    assert set(few) == {goal.kind for goal in GOALS}


class Named:
    name, lookahead, threshold = "method", 0, None


@pytest.mark.parametrize(
    ("normals", "rate", "stated", "over"), [(19, 0.05, 0.05, 0), (19, 0.01, 0.05, 0), (99, 0.1, 0.1, 9)]
)
def test_a_threshold_is_counted_off_and_never_states_more_than_its_normals_can(normals, rate, stated, over):
    scores = np.random.default_rng(1).permutation(normals).astype(float)
    rule = calibrated_rule(Named(), 0, {"A": scores.tolist()}, rate)
    assert rule.rate == pytest.approx(stated)
    assert sum(scores > rule.limits["A"] + 1e-9) <= over


def test_false_alarms_stay_at_the_stated_rate():
    """Conformal counting: over many draws a normal recording is above at the stated rate at most."""
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(2000):
        scores = rng.exponential(size=20)
        rule = calibrated_rule(Named(), 0, {"A": scores[:19].tolist()}, 0.1)
        alarms += scores[19] > rule.limits["A"]
    assert 0.05 < alarms / 2000 < 0.11


def test_each_batch_has_its_own_level():
    scores = [1.0, 2.0, 2.5, 3.0]
    rule = calibrated_rule(Named(), 0, {"A": scores, "B": [100 * score for score in scores]}, 0.1)
    assert rule.limits["B"] == pytest.approx(100 * rule.limits["A"])
    assert Level.of([5.0, 5.0]).spread > 0


def values(**above):
    found = np.zeros(1000, np.float32)
    for place in above.values():
        found[place] = 3.0
    return found


def judged(above, lanes, cause="power", **measures):
    """A model's scores of a recording, `cause` being the lane that is above."""
    scores = Scores(
        recording="Type1/0001", values=above, lanes={cause: above, **lanes}, threshold=2.0, score=3.0,
        p_value=None, anomalous=True, cause=cause, events=(), model=ModelId("m", "0"), seconds=1.0,
        measures=measures,
    )  # fmt: skip
    return Judged(3.0, above, scores)


@pytest.mark.parametrize(
    ("place", "told"),
    [(500, Told(True, "power", 0, 0)), (470, Told(True, "power", -30, -30)), (560, Told(True, "power", 60, 60)),
     (439, Told(False)), (581, Told(False))],
)  # fmt: skip
def test_an_alarm_counts_where_the_fault_is(place, told):
    assert tell(judged(values(a=place), {"order": values() + 1}), 2.0, 500, 520) == told


def test_an_event_that_is_dated_back_begins_before_its_alarm():
    stated = np.zeros(1000, np.float32)
    stated[500:620] = 1.0
    found = judged(values(a=530), {}, cause="obstacle", stated=stated, pattern=stated * 0)
    assert tell(found, 2.0, 500, 620) == Told(True, "obstacle", 30, 0)


def test_an_alarm_that_is_there_without_the_fault_finds_nothing():
    there, nothing = Judged(3.0, values(a=510)), Judged(0.0, values())
    assert tell_new(there, nothing, 2.0, 500, 520).found
    assert not tell_new(there, there, 2.0, 500, 520).found
    assert tell_new(Judged(3.0), Judged(1.0), 2.0, 500, 520) == Told(True)


def test_area_under_the_curve():
    assert auc([1, 2, 3], [4, 5]) == 1.0
    assert auc([1, 2, 3], [0]) == 0.0
    assert auc([1, 1], [1]) == 0.5
    assert auc([1, 3], [2, 4]) == 0.75


def test_the_smallest_size_found_has_no_larger_one_missed():
    rule = Rule("r", 0, {}, None, None, 0)
    hits = {0.05: 1, 0.1: 4, 0.2: 3, 0.4: 4}
    cells = {
        ("power_drop", size, 30): [(1000.0, [Told(number < found)]) for number in range(4)]
        for size, found in hits.items()
    }
    assert smallest(cells, [rule])[0]["size"] == {"r": 0.4}
    cells["power_drop", 0.4, 30] = [(1000.0, [Told(False)])]
    assert smallest(cells, [rule])[0]["size"] == {"r": None}


def test_shares_without_trials_have_no_rate():
    assert share(0, 0) == {"hits": 0, "of": 0, "rate": None, "interval": [0.0, 1.0]}


@pytest.mark.parametrize(
    ("hits", "kept", "broken"), [(0, True, False), (15, True, False), (16, False, False), (40, False, True)]
)
def test_false_alarms_are_held_against_what_was_promised(hits, kept, broken):
    row = alarm_share(hits, 100, 0.1)
    assert (row["allowed"], row["kept"], row["broken"]) == (pytest.approx(0.15), kept, broken)
    assert alarm_share(hits, 100, None)["kept"] is None


def test_a_model_that_knows_the_better_cause_must_name_it():
    lost = {"kind": "dropped_frame", "cause": "timing"}
    assert right_causes(lost, ("power", "sensor")) == ("sensor",)
    assert set(right_causes(lost, ("power", "timing"))) == {"timing", "sensor"}
    assert right_causes({"kind": "never heard of", "cause": "power"}, ("sensor",)) == ("power",)
    assert INJECTIONS["dead_pixel"].accepted(("shape",)) == ("sensor", "shape")
    assert INJECTIONS["dead_pixel"].accepted(("shape", "sensor")) == ("sensor",)


def test_sizes_and_shares_in_words():
    assert [percent(value) for value in (None, 0.0, 0.034, 0.0951, 1.0)] == ["–", "0", "3.4", "9.5", "100"]
    assert [sized(0.05, "share"), sized(1, "pixels"), sized(3, "pixels"), sized(1, "")] == [
        "5.0 %", "1 pixel", "3 pixels", "",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    """Two batches of five normal recordings; one more in each is faulty, and one file is no recording."""
    root = tmp_path_factory.mktemp("capture")
    said = {}
    for index in (1, 2):
        batch = make_batch(index, 50, rows=12, columns=16, obstacles=0)
        (root / f"Type{index}").mkdir()
        for number in range(6):
            fault = "laser_off" if number == 5 else None
            made = simulate(batch, number, 900, fault=fault)
            np.savez_compressed(root / f"Type{index}" / f"{number + 1:04}.npz", image=made.frames)
            said[f"Type{index}/{number + 1:04}"] = {"normal": fault is None, "fault": made.truth}
    (root / "Type2" / "0009.npz").write_bytes(b"no recording")
    said["Type1/<b>x</b>"] = {"normal": True}
    (root / "laser_truth.json").write_text(json.dumps({"simulated": True, "recordings": said}), "utf-8")
    return root


def found_in(capture):
    return sorted(capture.rglob("*.npz"))


PLAIN_RUN = Options(trials=0, goals=0, baselines=False, noise=False)
SMALL = Options(trials=2, goals=2, kinds=("laser_off", "path_offset", "dead_pixel", "resampled"))


@pytest.fixture(scope="module")
def result(capture):
    return last_result(evaluate(capture, found_in(capture), laser_model(), SMALL))


def test_every_recording_has_one_role(result):
    assert result["split"] == [
        {"batch": "Type1", "fit": 2, "calibration": 2, "test": 1},
        {
            "batch": "Type2",
            "fit": 2,
            "calibration": 2,
            "test": 1,
        },  # the file that is none would be the second
    ]


def test_a_batch_of_which_too_little_is_left_is_told(tmp_path, capture):
    (tmp_path / "Type1").symlink_to(capture / "Type1")
    (tmp_path / "Type3").mkdir()
    for number in range(4):
        (tmp_path / "Type3" / f"{number}.npz").write_bytes(b"no recording")
    found = [*sorted((tmp_path / "Type1").glob("*.npz")), *sorted((tmp_path / "Type3").glob("*.npz"))]
    few = Options(trials=0, goals=0, baselines=False)
    result = last_result(evaluate(tmp_path, found, laser_model(), few))
    assert [row["batch"] for row in result["split"]] == ["Type1"]
    assert "Type3: too few of its recordings can be used, left out." in result["problems"]
    assert result["detection"] == []
    with pytest.raises(ReadError, match="no batch could be evaluated"):
        last_result(evaluate(tmp_path, found[-4:], laser_model(), few))


def test_what_cannot_be_read_is_told_once(result):
    (told,) = [text for text in result["problems"] if "0009" in text]
    assert told.count("0009") == 1
    assert told.endswith(".")


def test_recordings_without_usable_light_are_no_normals_and_unread_metadata_is_told(tmp_path):
    batch = make_batch(1, 50, rows=12, columns=16, obstacles=0)
    frames = [simulate(batch, number, 700).frames for number in range(13)]
    for number, level in ((2, 1023), (7, 0), (9, 40), (12, 1023)):
        frames[number] = np.full_like(frames[0], level)
    paths = [write_frames(tmp_path / f"{number:04}.npz", made) for number, made in enumerate(frames)]
    (tmp_path / "metadata.pkl").write_bytes(b"no pickle")
    result = last_result(evaluate(tmp_path, paths, laser_model(), PLAIN_RUN))
    batch_name = tmp_path.name
    assert result["problems"] == [
        f"{batch_name}/0002: frames are saturated; left out.",
        f"{batch_name}/0007: no pixel of any frame is above zero; left out.",
        f"{batch_name}/0009: nothing moves, all its frames are the same; left out.",
        f"{batch_name}/0012: frames are saturated; left out.",
    ]
    assert result["split"] == [{"batch": batch_name, "fit": 4, "calibration": 3, "test": 2}]
    assert result["cost"] is not None
    assert [text for text in result["notices"] if "metadata" in text] == [
        f"{batch_name}: 9 recordings used without knowing where obstacles are. metadata.pkl: not read, because it is "
        "damaged, or no pickle; nothing in it was executed."
    ]
    assert not set(result["notices"]) & set(result["problems"])


def test_too_few_recordings_to_fit_are_told_and_the_rest_goes_on(result):
    assert result["cost"] is None
    assert [text for text in result["notices"] if text.startswith("No model of normality was fitted")]


def test_thresholds_are_compared_on_the_same_recordings(result):
    names = [rule["rule"] for rule in result["rules"]]
    assert names == [
        "laser_generic, own threshold", "laser_generic, set here", "KDE-AMD, set here",
        "linear next position, set here", "Kalman filter, set here",
    ]  # fmt: skip
    tested = sum(row["test"] for row in result["split"])
    assert [row["of"] for row in result["false_alarms"] if row["batch"] == "all"] == [tested] * 5
    for cell in result["detection"]:
        assert [cell["told"][name]["of"] for name in names] == [2] * 5


def test_a_dark_laser_is_found_at_once_and_by_its_name(result):
    cells = [
        row["told"]["laser_generic, own threshold"]
        for row in result["detection"]
        if row["kind"] == "laser_off"
    ]
    assert [cell["hits"] for cell in cells] == [2, 2, 2]
    assert next(row["told"]["laser_generic, own threshold"]["cause_right"] for row in result["goals"]) == 2
    assert all(-49 <= cell["alarm_ms_median"] <= 5 for cell in cells)
    assert result["confusion"][0]["rows"]["power"]["told"]["power"] == 6


def test_known_faults_are_scored_by_themselves(result):
    assert [row["recording"] for row in result["known"]] == ["Type1/0006", "Type2/0006"]
    assert all(
        row["kind"] == "laser_off" and row["found"]["laser_generic, own threshold"] for row in result["known"]
    )
    assert all(row["p_value"] == pytest.approx(1 / row["of"]) and row["rank"] == 1 for row in result["known"])


def test_noise_is_compared_with_its_control_and_the_published_figures(result):
    assert [row["method"] for row in result["noise"]] == [
        "laser_generic", "KDE-AMD", "linear next position", "Kalman filter",
    ]  # fmt: skip
    linear = result["noise"][2]
    assert linear["auc"] >= linear["control_auc"]
    assert ("MLP next position", 0.992, 0.92) in [
        (p["method"], p["auc"], p["tpr"]) for p in result["published"]
    ]


def test_the_same_seed_gives_the_same_numbers(capture, result):
    again = last_result(evaluate(capture, found_in(capture), laser_model(), SMALL))
    timed = ("seconds", "rules")
    assert {k: v for k, v in again.items() if k not in timed} == {
        k: v for k, v in result.items() if k not in timed
    }


def test_progress_ends_where_it_said_and_can_be_stopped(capture):
    few = Options(trials=1, goals=1, kinds=("laser_off",), baselines=False)
    steps = list(evaluate(capture, found_in(capture), laser_model(), few))
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    assert {step.total for step in steps} == {steps[0].total}
    stopped = evaluate(capture, found_in(capture), laser_model(), few)
    next(stopped)
    stopped.close()
    assert list(stopped) == []


def test_the_noise_test_can_be_left_out(capture):
    few = Options(trials=0, goals=1, kinds=("laser_off",), baselines=False, fit=False, noise=False)
    *steps, last = evaluate(capture, found_in(capture), laser_model(), few)
    assert last.done == last.total == steps[0].total
    assert last.result["noise"] == []
    assert last.result["options"]["noise"] is False
    assert "Centroid-noise" not in html_of(last.result)
    assert last.result["goals"]  # everything else is there


def test_only_models_that_score_recordings_are_taken(capture):
    class Other:
        card = laser_model().card.model_copy(update={"kind": "embedding", "name": "other"})

    with pytest.raises(ModelError, match="other: a model of kind 'embedding'"):
        next(evaluate(capture, found_in(capture), Other(), SMALL))


def test_the_page_is_self_contained_and_shows_names_as_text(result):
    hostile = {**result, "folder": "<script>alert(1)</script>", "problems": ["<img src=x>: unreadable"]}
    page = html_of(hostile)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "simulated" in page


def test_an_injected_fault_is_what_the_trial_says(capture):
    frames = np.load(capture / "Type1" / "0001.npz")["image"]
    for trial in trials_of(Options(trials=1)):
        fault = trial.placed(len(frames), ((300, 500),)) or trial.placed(len(frames))
        truth = inject(frames, fault, ((300, 500),))[1]
        lasting = {"missed_obstacle": 201, "late_obstacle": round(trial.size)}.get(trial.kind, trial.duration)
        assert truth["last"] + 1 - truth["first"] == lasting


@pytest.mark.parametrize(
    ("ms", "said"),
    [(None, "–"), (-1.2, "\u22121 ms"), (-10.0, "\u221210 ms"), (-0.3, "0 ms"), (19.0, "19 ms")],
)
def test_a_time_before_the_fault_has_a_true_minus(ms: float | None, said: str) -> None:
    assert delay(ms) == said
