"""The report's page is self-contained and harmless, shows what was measured and says no more than that."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from diagnosis_sets import bare_diagnosis, simulated_diagnosis, write_pictures

from thermview.diagnosis.results import Interval, Severity
from thermview.errors import ExportError, ReadError
from thermview.jobs import last_result
from thermview.review.diagnosis_beside import read_report
from thermview.review.diagnosis_json import report_text
from thermview.review.diagnosis_output import write_diagnosis
from thermview.review.diagnosis_report import report_steps
from thermview.review.diagnosis_words import blind_spots, set_sentence, summary, widening
from thermview.review.fixes import fixes_of

VOID = {"meta", "img", "br", "image", "line", "rect", "circle", "polygon", "polyline"}


class Page(HTMLParser):
    """Tags with attributes, texts, and whether every tag that opens closes."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(text)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))


def page_of(diagnosis):
    return last_result(report_steps(diagnosis, fixes_of(diagnosis)))


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("sets") / "set", simulated_diagnosis())


@pytest.fixture(scope="module")
def html(on_disk):
    return page_of(on_disk)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(page):
    assert not {"script", "iframe", "object", "link", "form", "base"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href") and value:
                assert value.startswith(("data:image/", "#"))
    assert any("default-src 'none'" in (a.get("content") or "") for tag, a in page.tags if tag == "meta")


def test_every_figure_and_table_is_there(page):
    for words in (
        "Channels of the files", "Pictures by class", "Pixel values by channel", "Densities of all pictures, L2",
        "Densities of all pictures, L3", "Densities by class, L2", "Densities by class, L3",
        "Principal components, L2", "Principal components, L3", "Map that parts the classes, L3",
        "Normal over anomaly: held out, learnt, shuffled", "Lowest densities in L2", "Highest densities in L3",
        "Low in both lenses", "Labels: classes against file names", "CAR_AON in Person-Anomaly-Identify",
        "The densest picture of each class and its ten nearest, L3", "Car-Normal by distance",
        "Pipe: normal tail over anomaly head", "Pipe: what a threshold costs", "class_weights.csv", "Score card",
        "What this diagnosis could not see",
    ):  # fmt: skip
        assert words in page.text, words


def test_every_chart_of_densities_has_its_definition(html):
    charts = re.findall(r'<figure class="chart">.*?</figure>', html, re.DOTALL)
    densities = [each for each in charts if "density in L" in each or "plain density" in each]
    assert len(densities) >= 8
    assert [
        each[:80]
        for each in densities
        if "ensity = 1 / mean distance" not in each and "threshold" not in each
    ] == []


def test_each_class_has_sample_mean_picture_and_both_densities(html):
    cards = re.findall(r'<div class="card">.*?(?=<div class="card">|<h2 id="lowest")', html, re.DOTALL)
    assert len(cards) == 8
    for card in cards:
        assert card.count("<img ") == 2
        assert "blur" in card
        assert "L2 density, median" in card
        assert "L3 density, median" in card


def test_pictures_are_inside_and_missing_ones_say_so(page, html):
    pictures = [a["src"] for tag, a in page.tags if tag == "img"]
    assert len(pictures) > 100
    assert all(src.startswith("data:image/") for src in pictures)
    assert "cannot be shown" in html  # the finding on unreadable files has evidence that cannot be read


def test_both_themes_and_paper_are_styled(html):
    for rule in ("prefers-color-scheme: dark", "@media print", "@page", "break-inside: avoid"):
        assert rule in html


def test_no_path_of_the_machine_is_in_it(on_disk, html):
    assert str(on_disk.root.parent) not in html


def test_a_pivot_row_shows_ten_neighbours(html):
    rows = re.findall(r'<div class="tiles pivot">(.*?)</div>\s*(?:<p|<h2)', html, re.DOTALL)
    assert len(rows) == 8
    assert {row.count("<figure>") for row in rows} == {11}


def test_hostile_names_stay_texts(tmp_path):
    name = "<script>alert(1)</script>"
    entries = [
        (f'a&b/{name}/"><img src=x onerror=alert(1)>{n}.png'.replace("</", "<|"), f"{name}-Normal", None)
        for n in "ab"
    ]
    text = page_of(bare_diagnosis(entries, root=tmp_path / "<b>set"))
    made = Page(text)
    assert not [tag for tag, _ in made.tags if tag == "script"]
    assert not [a for _, a in made.tags if "onerror" in a]
    assert f"{name}-Normal" in made.text


def test_a_name_that_is_no_text_is_shown(tmp_path):
    assert "Odd\\udcff-Normal" in page_of(
        bare_diagnosis([("a/1.png", "Odd\udcff-Normal", None)], root=tmp_path)
    )


def test_a_set_of_nothing_is_a_page_too(tmp_path):
    made = Page(page_of(bare_diagnosis(root=tmp_path / "none")))
    assert "0 pictures in 0 classes" in made.text
    assert "There are no densities" in made.text


def test_pictures_of_no_class_are_a_page_too(tmp_path):
    bare = bare_diagnosis([("1.png", "", None), ("2.png", "", None)], root=tmp_path)
    nan = float("nan")
    hygiene = replace(
        bare.hygiene, mean_count=nan, sd_count=nan, max_min_ratio=nan, class_weights=np.array([nan])
    )
    made = Page(page_of(replace(bare, hygiene=hygiene)))
    assert "2 pictures in 0 classes" in made.text
    assert "No picture lies in a class" in made.text


def test_one_lens_alone_is_shown(on_disk):
    made = Page(page_of(replace(on_disk, domain=None)))
    assert "Densities of all pictures, L2" in made.text
    assert "Densities of all pictures, L3" not in made.text
    assert "No domain lens (L3) could be learnt" in made.text


def test_the_summary_puts_the_most_severe_first_and_counts_the_rest():
    diagnosis = simulated_diagnosis()
    told = summary(replace(diagnosis, findings=diagnosis.findings[::-1]))
    places = [
        next(n for n, said in enumerate(told) if words in said)
        for words in ("CAR_AON", "22 %", "1 more finding")
    ]
    assert places == sorted(places)


def test_nothing_severe_is_said_as_such():
    diagnosis = simulated_diagnosis()
    low = tuple(each for each in diagnosis.findings if each.severity is not Severity.HIGH)
    assert "Nothing was found that ranks as high." in summary(replace(diagnosis, findings=low))


def test_chance_is_called_chance():
    diagnosis = simulated_diagnosis()
    lens = diagnosis.generic
    chance = replace(lens, separation=replace(lens.separation, auroc=Interval(0.56, 0.47, 0.66)))
    said = " ".join(summary(replace(diagnosis, generic=chance)))
    assert "cannot be told from chance" in said
    clear = replace(lens, separation=replace(lens.separation, auroc=Interval(0.7, 0.6, 0.8)))
    assert "chance" not in " ".join(summary(replace(diagnosis, generic=clear, domain=None)))


def test_the_raw_gap_is_never_left_alone():
    diagnosis = simulated_diagnosis()
    said = widening(diagnosis.generic, diagnosis.domain)
    assert "different units" in said
    assert "AUROC" in said


def test_nothing_is_compared_where_too_little_was_held_out():
    diagnosis = simulated_diagnosis()
    held = replace(diagnosis.domain.held_out, heldout=Interval(math.nan, math.nan, math.nan))
    assert widening(diagnosis.generic, replace(diagnosis.domain, held_out=held)) == ""


def test_a_folder_that_is_no_class_beside_classes_is_named():
    rows = [("Pipe-Normal/a.png", "Pipe-Normal", None), ("Pipe-Crack 2/b.png", "", None), ("c.png", "", None)]
    said = set_sentence(bare_diagnosis(rows))
    assert "2 pictures of no class: Pipe-Crack 2 is not named" in said
    assert "no class" not in set_sentence(bare_diagnosis(rows[:1]))
    assert "no class" not in set_sentence(bare_diagnosis(rows[2:]))


def test_what_could_not_be_seen_is_told():
    told = " ".join(blind_spots(bare_diagnosis([("a/1.png", "Thing 7", None)])))
    for words in (
        "do not say object and state",
        "no distance",
        "no annotation files",
        "No densities",
        "Thing 7",
    ):
        assert words in told


def test_a_report_is_written_whole_and_an_earlier_one_is_kept(on_disk, tmp_path):
    out = tmp_path / "out"
    first = last_result(write_diagnosis(on_disk, out))
    (out / "mine.txt").write_text("kept")
    stamp = (out / "report.json").read_text()
    second = last_result(write_diagnosis(on_disk, out))
    assert first.folder == second.folder == out
    assert {path.name for path in out.iterdir()} == {
        "report.html",
        "report.json",
        "fixes",
        "mine.txt",
        "earlier-1",
    }
    assert (out / "earlier-1" / "report.json").read_text() == stamp
    assert (out / "earlier-1" / "fixes" / "split.csv").is_file()


def test_a_cancelled_report_leaves_what_was_there(on_disk, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("old")
    steps = write_diagnosis(on_disk, out)
    for _ in range(20):
        next(steps)
    steps.close()
    assert [path.name for path in out.iterdir()] == ["report.html"]
    assert (out / "report.html").read_text() == "old"


def test_nothing_is_written_into_the_set(on_disk):
    with pytest.raises(ExportError, match="never written to"):
        last_result(write_diagnosis(on_disk, on_disk.root / "report"))


def test_more_classes_than_fit_are_cut_and_that_is_said(tmp_path):
    entries = [
        (f"C{n:03d}-Normal/{k}.png", f"C{n:03d}-Normal", None) for n in range(60) for k in range(1 + n % 3)
    ]
    text = page_of(bare_diagnosis(sorted(entries), root=tmp_path))
    assert "12 classes in between are left out here" in text
    assert np.unique(re.findall(r"<h4>.*?(C\d+-Normal)</h4>", text)).size == 48


def test_other_sets_stand_beside_this_one(tmp_path):
    (tmp_path / "report.json").write_text(
        report_text(replace(simulated_diagnosis(), root=tmp_path / "<b>other"))
    )
    other = read_report(tmp_path / "report.json")
    bare = bare_diagnosis([("A-Normal/1.png", "A-Normal", None)], root=tmp_path / "mine")
    made = Page(last_result(report_steps(bare, fixes_of(bare), beside=[other])))
    assert "mine (this set) <b>other" in made.text
    assert "different embeddings" in made.text
    assert "pictures 1 759" in made.text.replace("\u2009", "")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "other/1"}', "no json", '{"schema": 3}'])
def test_what_is_no_report_is_one_sentence(tmp_path, text):
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(ReadError, match=r"report\.json: "):
        read_report(tmp_path / "report.json")


def test_a_report_of_another_schema_is_told(tmp_path):
    text = report_text(simulated_diagnosis()).replace("diagnosis/1", "diagnosis/9")
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(ReadError, match="diagnosis/9"):
        read_report(tmp_path / "report.json")
