"""What the documents say of keys, pictures, links and measured figures is true of the program beside them."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "resources" / "guide"
PAGES = [
    *sorted(GUIDE.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
]
LINK = re.compile(r"\]\(([^)#\s]+)\)|<img src=\"([^\"]+)\"")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_and_picture_is_there(page):
    targets = [first or second for first, second in LINK.findall(page.read_text("utf-8"))]
    local = [target for target in targets if not target.startswith("http")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_the_guide_leads_to_each_of_its_pages():
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (GUIDE / "guide.md").read_text("utf-8")))
    assert linked == {page.name for page in GUIDE.glob("*.md")} - {"guide.md"}


def test_every_picture_of_the_guide_is_used_has_words_and_is_small():
    text = "".join(page.read_text("utf-8") for page in GUIDE.glob("*.md"))
    shown = re.findall(r'<img src="pictures/([\w-]+\.png)" width="\d+" alt="[^"]{20,}"/>', text)
    shown += re.findall(r"!\[[^\]]{20,}\]\(pictures/([\w-]+\.png)\)", text)
    pictures = list((GUIDE / "pictures").iterdir())
    assert set(shown) == {picture.name for picture in pictures}
    assert max(picture.stat().st_size for picture in pictures) <= 300_000


def shortcuts():
    """(keys, tip) of every row of the table of actions that has keys, read without Qt."""
    trees = [
        ast.parse(path.read_text("utf-8")) for path in (ROOT / "thermview" / "gui" / "actions").glob("*.py")
    ]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    rows = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Row"]
    for row in rows:
        if len(row.args) > 5 and isinstance(row.args[5], ast.Tuple) and row.args[5].elts:
            keys = [ast.literal_eval(key) for key in row.args[5].elts]
            yield " or ".join(keys), ast.literal_eval(row.args[2])


def test_the_page_of_keys_is_the_table_of_actions():
    page = (GUIDE / "keys.md").read_text("utf-8")
    listed = set(re.findall(r"^\| (\S.*?) \| (.+) \|$", page, re.MULTILINE)) - {("Keys", "Does")}
    assert listed == set(shortcuts()), "packaging/make_pictures.py writes keys.md anew"


def percent(share):
    return f"{100 * share:.0f}"


def fault_rows(card):
    """The README's table of simulated faults, out of the model's card."""
    for kind, row in card["measured"]["faults"].items():
        low, high = row["interval"]
        yield (
            f"| {kind.replace('_', ' ')} | {row['sizes'].replace(' share', ' of normal')} | "
            f"{row['found']} of {row['recordings']} ({percent(low)} to {percent(high)} %) | "
            f"{row['cause']}: {row['cause right']} |"
        )


def alarm_rows(card):
    """The README's table of false alarms on held-out normals, out of the model's card."""
    for item in card["thresholds"]:
        low, high = item["interval"]
        yield (
            f"| {item['value']:.2f} | {100 * item['false_alarm_rate']:.0f} % | {item['alarms']} of {item['normals']} | "
            f"{100 * low:.1f} to {100 * high:.1f} % |"
        )


def circumstance_rows(card):
    """The README's table of false alarms at the default threshold by circumstance, out of the model's card."""
    for name, row in card["measured"]["false alarms"].items():
        low, high = row["interval"]
        yield f"| {name} | {row['alarms']} of {row['normals']} | {100 * low:.1f} to {100 * high:.1f} % |"


@pytest.mark.parametrize("rows", [fault_rows, alarm_rows, circumstance_rows])
def test_the_readme_states_what_the_model_card_states(rows):
    card = json.loads((ROOT / "models" / "laser_generic.json").read_text("utf-8"))
    wanted = "\n".join(rows(card))
    assert wanted in (ROOT / "README.md").read_text("utf-8"), f"the card says:\n{wanted}"


def measured_evaluation():
    """What `thermview evaluate --json` said of a capture that no limit was found with; shortened."""
    return json.loads((ROOT / "docs" / "laser-evaluation.json").read_text("utf-8"))


def counted(row):
    low, high = row["interval"]
    return f"{row['hits']} of {row['of']} ({percent(low)} to {percent(high)} %)"


def after(ms):
    return "–" if ms is None else f"{ms:.0f} ms"


def goal_rows(said):
    """The README's table of faults that should be found: the fitted model beside the generic one."""
    for row in said["goals"]:
        fitted, generic = (
            row["told"][f"{name}, own threshold"] for name in ("fitted", said["model"]["name"])
        )
        right = "–" if row["control"] else f"{fitted['cause_right']}"
        yield (
            f"| {row['words']} | {counted(fitted)} | {fitted['at_once']} | {right} | "
            f"{after(fitted['known_ms_median'])} | {generic['hits']} of {generic['of']} |"
        )


def promise_rows(said):
    """False alarms on tested normals beside what was promised."""
    for row in said["false_alarms"]:
        if row["batch"] == "all":
            yield (
                f"| {row['rule']} | {counted(row)} | {100 * row['promised']:.1f} % | {100 * row['allowed']:.1f} % |"
            )


def noise_rows(said):
    """The centroid-noise test, the published figures below."""
    for row in said["noise"]:
        yield (
            f"| {row['method']} | {said['noise_on']} | {row['auc']:.3f} | {counted(row['tpr'])} | "
            f"{counted(row['tpr_by_batch'])} | {row['control_auc']:.3f} | {row['beyond_control_auc']:.3f} |"
        )
    for row in said["published"]:
        yield (
            f"| published: {row['method']} | {said['published_on']} | {row['auc']:.3f} | "
            f"{percent(row['tpr'])} % | – | – | – |"
        )


def unknown_rows(said):
    """Batches that the fitted model does not know."""
    for row in said["unknown"]:
        yield (
            f"| {row['batch']} | {row['recordings']} | {row['noticed']} | {row['as_generic']} | {row['mistaken']} | "
            f"{row['recognised']} | {row['same_scores']} |"
        )


def smallest_rows(said):
    """The smallest size found at thresholds set on the calibration recordings."""
    for row in said["smallest"]:
        if row["unit"]:
            sizes = (row["size"][f"{name}, set here"] for name in ("fitted", said["model"]["name"]))
            told = " | ".join("–" if size is None else f"{size:g} {row['unit']}" for size in sizes)
            yield f"| {row['kind'].replace('_', ' ')} | {row['frames'] or '–'} | {told} |"


def known_rows(said):
    """Faults of the simulator itself, in recordings of their own."""
    for row in said["known_found"]:
        yield f"| {row['rule']} | {counted(row)} | {row['cause_right']} |"


def further_normals_rows(said):
    """A run of the protocol on normal recordings alone, enough of them to tell a promise kept from one broken."""
    for row in said["further"]["normals"]["held_out"]:
        if row["rule"].startswith("fitted"):
            yield (
                f"| {row['rule']} | {row['batch']} | {counted(row)} | {100 * row['promised']:.1f} % | "
                f"{100 * row['allowed']:.1f} % |"
            )


def further_goal_rows(said):
    """Faults that should be found, on another capture."""
    yield from goal_rows({**said["further"]["faults"], "model": said["model"]})


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("README.md", goal_rows), ("README.md", promise_rows),
        *(("docs/laser-evaluation.md", rows) for rows in (
            goal_rows, promise_rows, noise_rows, unknown_rows, smallest_rows, known_rows,
            further_normals_rows, further_goal_rows,
        )),
    ],
)  # fmt: skip
def test_pages_state_what_the_evaluation_measured(page, rows):
    wanted = "\n".join(rows(measured_evaluation()))
    assert wanted
    assert wanted in (ROOT / page).read_text("utf-8"), f"the evaluation says:\n{wanted}"
