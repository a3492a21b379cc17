"""What a scan costs here: `pytest tests/bench/bench_scan.py -s`; reports, never gates.

THERMVIEW_BENCH_CROPS (20000) sets how many crops are generated: copies of some hundred simulated ones, brought
to the size of the published ones (219 x 89 on average), each with a comment of its own, so that no two files
are equal. THERMVIEW_BENCH_FOLDER keeps them for the next run.
THERMVIEW_CLEANVISION names a Python that has the package cleanvision, to be compared with on the same files;
THERMVIEW_BENCH_COMPARED (300) frames and six times as many crops.
THERMVIEW_BENCH_KILLS (20) is how often a scan is killed.
"""

import io
import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
import zlib
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from unit.diagnosis.picture_sets import assert_same_table, scanned

from thermview.capture.names import NameTokens, format_name
from thermview.diagnosis.duplicates import _Join
from thermview.diagnosis.table import LOOK
from thermview.jobs import last_result
from thermview.sample.thermal_pictures import png_bytes
from thermview.sample.thermal_set import ThermalSizes, write_thermal

CROPS = int(os.environ.get("THERMVIEW_BENCH_CROPS", "20000"))
KILLS = int(os.environ.get("THERMVIEW_BENCH_KILLS", "20"))
COMPARED = int(os.environ.get("THERMVIEW_BENCH_COMPARED", "300"))
CLEANVISION = os.environ.get("THERMVIEW_CLEANVISION", "")
PUBLISHED = 1_223_849
CROP_PIXELS = 219 * 89
ONE_SCAN = """
import json, resource, sys, time
from pathlib import Path
import numpy as np
from thermview.diagnosis.duplicates import exact_duplicates
from thermview.diagnosis.scan import scan_pictures
from thermview.jobs import last_result
begun, spent = time.perf_counter(), time.process_time()
table = last_result(scan_pictures(Path(sys.argv[1]), cache=Path(sys.argv[2])))
exact_duplicates(table)
np.unique(table.looks["hash"], return_inverse=True)  # cleanvision's near duplicates: equal hashes
print(json.dumps({
    "pictures": len(table), "s": time.perf_counter() - begun, "cpu_s": time.process_time() - spent,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""
ONE_CLEANVISION = """
import json, resource, sys, time
from cleanvision import Imagelab
def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
if __name__ == "__main__":
    begun, spent = time.perf_counter(), cpu()
    lab = Imagelab(data_path=sys.argv[1])
    lab.find_issues({name: {} for name in (
        "dark", "light", "odd_aspect_ratio", "low_information", "exact_duplicates", "near_duplicates", "blurry",
        "grayscale", "odd_size",
    )}, n_jobs=2, verbose=False)
    print(json.dumps({"pictures": len(lab.issues), "s": time.perf_counter() - begun, "cpu_s": cpu() - spent}))
"""


def report(capsys, text):
    with capsys.disabled():
        print(f"\n{text}", end="")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    kept = os.environ.get("THERMVIEW_BENCH_FOLDER", "")
    return Path(kept) if kept else tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def simulated(folder):
    """A simulated set to copy from, and its full frames."""
    if not (folder / "simulated").exists():
        last_result(write_thermal(folder / "simulated", ThermalSizes(600, 12, 4), 7))
    return folder / "simulated" / "thermal"


def with_comment(png, text):
    """The same picture with a comment of its own."""
    data = b"Comment\0" + text.encode("ascii")
    chunk = struct.pack(">I", len(data)) + b"tEXt" + data + struct.pack(">I", zlib.crc32(b"tEXt" + data))
    return png[:-12] + chunk + png[-12:]


def of_size(png, pixels):
    """The picture with about so many pixels in its own shape: some are left out, so that all keep palette colours."""
    picture = Image.open(io.BytesIO(png))
    scale = (pixels / (picture.width * picture.height)) ** 0.5
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    return png_bytes(np.asarray(picture.resize(size, Image.Resampling.NEAREST)))


def copies(sources, target, count, pixels=0, frames_a_session=36):
    """Write `count` named copies into class folders; gives the folder. `pixels`: 0 for those they have."""
    contents = [(path.parent.name, path.read_bytes()) for path in sources]
    contents = [(name, png) for name, png in contents if png.endswith(b"IEND\xaeB`\x82")]
    if pixels:
        contents = [(name, of_size(png, pixels)) for name, png in contents]
    for number in range(count):
        name, png = contents[number % len(contents)]
        session = number // len(contents) // frames_a_session * len(contents) + number % len(contents)
        day = date(2020, 9, 1) + timedelta(days=session % 180)
        begin = 900 + session // 180 % 59
        tokens = NameTokens(name[:3].upper(), "NOM", day, "CIC", f"A{begin:04}-A{begin + 1:04}", 3.0, number)
        place = target / name
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{format_name(tokens)}.png").write_bytes(with_comment(png, str(number)))
    return target


@pytest.fixture(scope="module")
def crops(simulated, folder):
    target = folder / f"crops-{CROPS}"
    if not target.exists():
        copies(sorted((simulated / "crops").rglob("*.png")), target, CROPS, CROP_PIXELS)
    return target


def environment():
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1"}


def one_run(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.bench
@pytest.mark.timeout(7200)
def test_scan_of_crops(crops, tmp_path, capsys):
    first = one_run(ONE_SCAN, crops, tmp_path)
    again = one_run(ONE_SCAN, crops, tmp_path)
    kept = sum(path.stat().st_size for path in tmp_path.iterdir())
    for name, found in (("first", first), ("second", again)):
        rate = found["pictures"] / found["s"]
        report(
            capsys,
            f"{name} scan of {found['pictures']:,} crops: {found['s']:.1f} s, {rate:,.0f}/s, "
            f"{found['cpu_s']:.0f} CPU-s "
            f"({1e3 * found['cpu_s'] / found['pictures']:.2f} ms each), peak {found['peak_mb']:.0f} MiB; "
            f"{PUBLISHED:,} at this rate: {PUBLISHED / rate / 60:.1f} min",
        )
    report(capsys, f"kept on disk: {kept / 2**20:.0f} MiB, {kept / first['pictures']:.0f} bytes a picture")


@pytest.mark.bench
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not CLEANVISION, reason="THERMVIEW_CLEANVISION names no Python with cleanvision")
@pytest.mark.parametrize("kind", ["frames", "crops"])
def test_against_cleanvision(simulated, folder, tmp_path, kind, capsys):
    count = COMPARED if kind == "frames" else 6 * COMPARED
    target = folder / f"compared-{kind}-{count}"
    if not target.exists():
        pixels = CROP_PIXELS if kind == "crops" else 0
        copies(sorted((simulated / kind).rglob("*.png")), target, count, pixels)
    script = tmp_path / "compare.py"
    script.write_text(ONE_CLEANVISION)
    runs = {"ThermView": [], "cleanvision": []}
    for turn in range(2):  # in turn, so that a busy machine is as busy for both
        cache = str(tmp_path / f"cache {turn}")
        for name, command in (
            ("ThermView", [sys.executable, "-c", ONE_SCAN, str(target), cache]),
            ("cleanvision", [CLEANVISION, str(script), str(target)]),
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
            found = json.loads(done.stdout.splitlines()[-1])
            assert found["pictures"] == count
            runs[name].append((found["s"], found["cpu_s"]))
    (ours, our_cpu), (theirs, their_cpu) = (map(min, zip(*runs[name], strict=True)) for name in runs)
    report(
        capsys,
        f"{count} {kind}: {count / ours:,.0f}/s, cleanvision {count / theirs:,.0f}/s, {theirs / ours:.1f} times as "
        f"fast; {our_cpu:.1f} and {their_cpu:.1f} CPU-s, {their_cpu / our_cpu:.1f} times",
    )


@pytest.mark.bench
@pytest.mark.timeout(7200)
def test_killed_at_random_moments(crops, tmp_path, capsys):
    whole = scanned(crops, tmp_path / "one run")
    rng = random.Random(0)
    begun = time.perf_counter()
    one_run(ONE_SCAN, crops, tmp_path / "timed")
    length = time.perf_counter() - begun
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", ONE_SCAN, str(crops), str(tmp_path / "killed")],
            stdout=subprocess.DEVNULL,
            env=environment(),
        )
        try:
            process.wait(rng.uniform(0.3, 1 + 2 * length / KILLS))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    assert_same_table(scanned(crops, tmp_path / "killed"), whole)
    report(capsys, f"killed {killed} times of {KILLS} (one run takes {length:.0f} s): the same table")


@pytest.mark.bench
def test_near_duplicates_of_a_million(capsys):
    rng = np.random.default_rng(0)
    sessions = np.repeat(np.arange(PUBLISHED // 36 + 1), 36)[:PUBLISHED]
    hashes = rng.integers(0, 2**63, sessions[-1] + 1).astype(np.uint64)[sessions]
    for _ in range(3):  # frames of a session differ in a few bits
        hashes ^= np.where(
            rng.random(PUBLISHED) < 0.5, np.uint64(1) << rng.integers(0, 64, PUBLISHED).astype(np.uint64), 0
        )
    looks = np.zeros(PUBLISHED, LOOK)
    looks["hash"], looks["rows"], looks["columns"] = hashes, 100, 100
    looks["mean"] = rng.normal(100, 1, PUBLISHED)

    class Table:
        session_codes = sessions
        class_codes = np.zeros(PUBLISHED, np.intp)

    Table.looks = looks
    begun, spent = time.perf_counter(), time.process_time()
    join = _Join(Table, np.arange(PUBLISHED))
    for parts in combinations(range(6), 2):
        join.run(parts)
    wall, cpu = time.perf_counter() - begun, time.process_time() - spent
    report(
        capsys,
        f"near duplicates among {PUBLISHED:,} hashes: {wall:.1f} s, {cpu:.1f} CPU-s, {len(join.pairs())} pairs, "
        f"{join.in_session.sum():,} in sessions",
    )
