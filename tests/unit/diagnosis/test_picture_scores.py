"""A picture's score is its rank among its like, and says so in words."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermview.diagnosis.densities import PictureDensities
from thermview.diagnosis.embedding_cache import EmbeddingCache
from thermview.diagnosis.picture_scores import CLASS_CAUSE, NORMALS_CAUSE, picture_scores
from thermview.scoring import ModelId


def densities(values, codes, names=("Car-Normal", "Car-Anomaly"), neighbours=None, notices=()):
    values, codes = np.asarray(values, dtype=np.float32), np.asarray(codes, dtype=np.intp)
    count = len(values)
    nobody = EmbeddingCache(None, Path(), "", 4).vectors(np.empty(0, dtype=np.intp))
    return PictureDensities(
        names=tuple(f"{names[code]}/{row}" for row, code in enumerate(codes)),
        paths=tuple(f"{names[code]}/{row}.png" for row, code in enumerate(codes)),
        class_names=names,
        class_codes=codes,
        session_names=("s",),
        session_codes=np.zeros(count, dtype=np.intp),
        values=values,
        plain_values=values,
        percentiles=values,
        neighbours=np.zeros((count, 10), dtype=np.int32) if neighbours is None else neighbours,
        reference=np.arange(count),
        vectors=nobody,
        hashes=np.zeros(count, dtype=np.uint64),
        model=ModelId("lens", "0" * 64),
        problems=(),
        notices=tuple(notices),
        complete=True,
        seconds=1.0,
    )


def test_one_percent_of_normal_pictures_alarm_at_most():
    rng = np.random.default_rng(0)
    scores = picture_scores(densities(rng.normal(1, 0.2, 5000), np.zeros(5000)))
    share = np.mean([score.anomalous for score in scores])
    assert 0.003 < share <= 0.01


def test_the_least_dense_of_its_class_is_told_with_its_neighbours():
    values = np.concatenate([np.linspace(1, 2, 300), np.linspace(0.5, 1, 100)])
    codes = np.repeat([0, 1], [300, 100])
    neighbours = np.full((400, 10), 350, dtype=np.int32)
    neighbours[:, 7:] = 20
    score = picture_scores(densities(values, codes, neighbours=neighbours)).of("Car-Normal/0")
    assert score.anomalous
    assert score.cause == CLASS_CAUSE
    assert score.events[0].text == (
        "less dense than 99.6 % of Car-Normal; nearest neighbours in other sessions are Car-Anomaly (7 of 10)"
    )
    assert score.p_value == pytest.approx(2 / 300)
    assert score.score == pytest.approx(-np.log10(2 / 300), rel=1e-5)
    assert score.values.shape == (1,)
    assert "need not mean faulty" in score.notice


def test_neighbours_of_many_classes_are_called_so():
    names = ("a-Normal", "b-Normal", "c-Normal")
    neighbours = np.tile(np.array([0, 0, 0, 0, 300, 300, 300, 600, 600, 600], dtype=np.int32), (900, 1))
    shown = densities(np.linspace(1, 2, 900), np.repeat([0, 1, 2], 300), names, neighbours)
    assert picture_scores(shown).text(0).endswith("are of many classes, most often a-Normal (4 of 10)")


def test_an_anomaly_is_measured_against_the_normal_pictures_too():
    values = np.concatenate([np.linspace(1, 2, 300), np.linspace(0.5, 0.9, 100)])
    score = picture_scores(densities(values, np.repeat([0, 1], [300, 100]))).of("Car-Anomaly/399")
    assert score.anomalous
    assert score.cause == NORMALS_CAUSE
    assert "all normal pictures" in score.events[0].text


def test_a_small_class_alarms_nobody_and_says_why():
    scores = picture_scores(densities(np.linspace(0, 1, 20), np.zeros(20)))
    assert not any(score.anomalous for score in scores)
    assert "too few pictures" in scores.of("Car-Normal/0").notice
    assert "atypical" not in scores.of("Car-Normal/0").notice.split("too few")[0].lower()


def test_a_usual_picture_is_not_called_atypical():
    scores = picture_scores(densities(np.linspace(1, 2, 400), np.zeros(400)))
    assert scores.of("Car-Normal/200").notice == ""


def test_without_density_there_is_no_score_but_the_reason():
    reason = "Car-Anomaly: no density, because all its pictures come from one capture session."
    scores = picture_scores(densities([1, 2, np.nan], [0, 0, 1], notices=[reason]))
    score = scores.of("Car-Anomaly/2")
    assert np.isnan(score.score)
    assert score.p_value is None
    assert not score.anomalous
    assert score.notice == reason
    assert scores.of("elsewhere") is None


@given(
    st.lists(st.one_of(st.floats(0.0078125, 100, width=32), st.just(float("nan"))), min_size=1, max_size=60),
    st.integers(0, 2**31),
    st.sampled_from([0.001, 0.01, 0.2]),
)
@settings(deadline=None)
def test_scores_fall_as_densities_rise(values, seed, rate):
    codes = np.random.default_rng(seed).integers(2, size=len(values))
    shown = densities(values, codes)
    scores = picture_scores(shown, false_alarm_rate=rate)
    for code in range(2):
        here = (codes == code) & np.isfinite(shown.values)
        order = np.argsort(shown.values[here])
        assert np.all(np.diff(scores.values[here][order]) <= 1e-6)
        assert np.mean(scores.p_class[here] <= rate) <= rate if here.any() else True
    for score in scores:
        assert score.anomalous == bool(score.events) == (score.score > score.threshold)
        assert score.p_value is None or 0 < score.p_value <= 1


@pytest.mark.parametrize("rate", [0, 1, -0.1])
def test_a_rate_is_a_share(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        picture_scores(densities([1.0], [0]), false_alarm_rate=rate)
