from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_session import FakeSession
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from thermview.capture.context import Context
from thermview.diagnosis.densities import PictureDensities
from thermview.gui.parts import theme
from thermview.gui.scores.density_plot import DensityPlot
from thermview.gui.scores.density_words import BINS, histograms, place_of
from thermview.jobs import Job
from thermview.recording import ArrayRecording
from thermview.scoring import ModelId

# the off-screen platform has no window manager to tell sizes to
CLASSES = ("Pipe-Leak", "Pipe-Normal")


def _densities(count=200, *, complete=True, problems=(), notices=()):
    codes = np.arange(count) % 2
    values = (1 + codes + np.linspace(0, 0.5, count)).astype(np.float32)
    names = tuple(f"{CLASSES[code]}/p{n}" for n, code in enumerate(codes))
    return PictureDensities(
        names=names, paths=tuple(f"{name}.png" for name in names), class_names=CLASSES, class_codes=codes,
        session_names=("s",), session_codes=np.zeros(count, np.intp), values=values, plain_values=10 * values,
        percentiles=values, neighbours=np.full((count, 10), -1, np.int32), reference=np.arange(2), vectors=None,
        hashes=np.zeros(count, np.uint64), model=ModelId("picture embedding", "0"), problems=problems,
        notices=notices, complete=complete, seconds=1.0,
    )  # fmt: skip


@pytest.fixture
def session(qapp):
    made = FakeSession()
    made.capture = Path("/captures/pictures")
    return made


@pytest.fixture
def plot(qtbot, session):
    widget = DensityPlot(session)
    qtbot.addWidget(widget)
    widget.resize(340, 640)
    return widget


def _show(session, recording_id):
    folder = recording_id.rpartition("/")[0]
    path = Path(f"/captures/pictures/{recording_id}.png")
    picture = ArrayRecording("p", path, "picture", np.zeros((1, 4, 4, 3), np.uint8))
    session.show(picture, Context(recording_id, picture_class=folder))


def test_it_says_what_will_be_here_and_how_to_get_it(plot, session, qtbot):
    assert "No densities yet" in plot.empty.words.text()
    qtbot.mouseClick(plot.empty.button, Qt.MouseButton.LeftButton)
    assert session.calls == [("measure_densities",)]


def test_without_a_capture_there_is_nothing_to_measure(qtbot, qapp):
    widget = DensityPlot(FakeSession())
    qtbot.addWidget(widget)
    assert "Open a folder" in widget.empty.words.text()
    assert widget.empty.button.isHidden()


def test_measuring_tells_its_progress_before_there_is_anything_to_show(plot, session):
    session.jobs = (Job("Measuring densities", lambda: iter(()), done=30, total=100, unit="pictures"),)
    session.jobs_changed.emit()
    assert "30\u2009%" in plot.empty.words.text()


def test_the_shown_picture_is_marked_in_its_class(plot, session):
    session.densities = _densities()
    session.densities_changed.emit()
    _show(session, "Pipe-Leak/p20")
    assert plot.title.text() == "▲ Pipe-Leak (anomaly)"
    assert plot.words.text().startswith("density 1.05 (percentile 10), less dense than 90\u2009% of the 100")
    assert plot.large._mark == pytest.approx(1.05, abs=0.01)
    _show(session, "Pipe-Normal/p21")
    assert plot.title.text() == "● Pipe-Normal (normal)"


def test_classes_stand_by_median_on_one_axis(plot, session):
    session.densities = _densities()
    session.densities_changed.emit()
    shown = plot.rows.shown
    assert [item.name for item in shown.classes] == ["Pipe-Leak", "Pipe-Normal"]
    assert [item.size for item in shown.classes] == [100, 100]
    assert all(len(item.counts) == BINS for item in shown.classes)


def test_normal_and_anomaly_are_told_apart(plot, session):
    session.densities = _densities()
    session.densities_changed.emit()
    image = plot.rows.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert QColor(theme.ANOMALY).name() in seen
    assert QColor(theme.NORMAL).name() in seen
    assert {item.title[0] for item in plot.rows.shown.classes} == {"▲", "●"}


def test_the_definition_is_printed_with_the_kind_of_density(plot, session):
    session.densities = _densities()
    session.densities_changed.emit()
    _show(session, "Pipe-Leak/p20")
    assert session.densities.definition in plot.definition.text()
    plot.kind.setCurrentIndex(1)
    assert session.densities.plain_definition in plot.definition.text()
    assert plot.large._mark == pytest.approx(10.5, abs=0.1)


def test_a_picture_that_is_not_measured_says_why(plot, session):
    problem = "broken.png: the file is empty; copy it again from where it was recorded."
    session.densities = _densities(
        problems=(problem,), notices=("Pipe-Leak: no density, because of one session.",)
    )
    session.densities.values[20] = np.nan
    session.densities_changed.emit()
    _show(session, "Pipe-Leak/broken")
    assert plot.words.text() == problem
    _show(session, "Pipe-Leak/p20")
    assert plot.words.text() == "Pipe-Leak: no density, because of one session."
    _show(session, "Pipe-Leak/new")
    assert "measure again" in plot.words.text()
    assert "1 file left out" in plot.problems.text()


def test_it_grows_while_pictures_are_measured(plot, session):
    session.jobs = (Job("Measuring densities", lambda: iter(()), done=30, total=100, unit="pictures"),)
    session.densities = _densities(40, complete=False)
    session.densities_changed.emit()
    _show(session, "Pipe-Leak/p60")
    assert sum(item.size for item in plot.rows.shown.classes) == 40
    assert "not measured yet" in plot.words.text()
    assert not plot.bar.isHidden()
    session.densities, session.jobs = _densities(200), ()
    session.densities_changed.emit()
    assert sum(item.size for item in plot.rows.shown.classes) == 200
    assert "density 1.15" in plot.words.text()
    assert plot.bar.isHidden()


def test_no_class_is_shown_before_a_picture_is_chosen(plot, session):
    found = _densities()
    session.densities = replace(found, class_names=("", CLASSES[1]))  # a capture with pictures that have none
    session.densities_changed.emit()
    assert plot.words.text() == "Choose a picture to see it marked here."
    assert plot.title.isHidden()
    assert plot.large.isHidden()


def test_another_picture_counts_nothing_anew(plot, session, monkeypatch):
    session.densities = _densities()
    session.densities_changed.emit()
    monkeypatch.setattr(
        "thermview.gui.scores.density_words._counted", lambda *_: pytest.fail("counted again")
    )
    _show(session, "Pipe-Leak/p20")
    _show(session, "Pipe-Normal/p21")


def test_a_capture_without_measurable_pictures_says_so(plot, session):
    session.densities = _densities(0, problems=("p1.png: cut short; copy it again.",))
    session.densities_changed.emit()
    assert "no picture to measure. p1.png: cut short" in plot.empty.words.text()


def test_a_few_very_dense_pictures_do_not_press_the_rest_together():
    densities = _densities(1000)
    densities.values[0] = 1000.0
    shown = histograms(densities, plain=False)
    assert shown.edges[-1] < 10
    assert shown.beyond == 1
    assert sum(int(item.counts.sum()) for item in shown.classes) == 1000


def test_percentile_agrees_with_the_share_below():
    densities = _densities(1000)
    for row in (0, 10, 500, 999):
        place = place_of(densities, densities.names[row], plain=False)
        others = densities.of_class(place.class_name)
        assert place.percentile == pytest.approx(100 * np.mean(others <= place.value), abs=0.2)
    flat = replace(densities, values=np.ones(1000, np.float32))
    assert place_of(flat, flat.names[0], plain=False).percentile == 50
