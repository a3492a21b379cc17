from __future__ import annotations

import subprocess
import sys

import pytest

import thermview

WITHOUT_QT = """
import sys, time
begun = time.perf_counter()
import thermview
spent = time.perf_counter() - begun
assert "numpy" not in sys.modules, "importing thermview must not import what it may never use"
for name in thermview.__all__:
    getattr(thermview, name)
wrong = sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "pyqtgraph", "shiboken6"))
assert not wrong, wrong
print(spent)
"""


def test_every_public_name_is_there_and_none_loads_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1.0  # some ms; the bound only catches an import of everything


def test_the_table_of_names_is_complete() -> None:
    lazy = set(thermview.__all__) - {"ThermviewError", "__version__"}
    assert lazy == set(thermview._MODULE_OF)
    assert lazy <= set(dir(thermview))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        thermview.no_such_name  # noqa: B018
