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
    tree = ast.parse((ROOT / "thermview" / "gui" / "actions.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
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
