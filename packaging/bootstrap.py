"""From a fresh checkout to the running program, its tests or any of its commands; needs Python 3.11 alone.

    python3 packaging/bootstrap.py demo              the sample capture in the window
    python3 packaging/bootstrap.py test [ARGS]       the tests; ARGS go to pytest
    python3 packaging/bootstrap.py run [ARGS]        thermview with these arguments
    python3 packaging/bootstrap.py prepare           only the environment in .venv

Everything is installed into .venv beside the project. Missing system libraries are installed by apt-get
where this runs as root on a Debian-like system; elsewhere the one command that does it is printed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
STAMP = ENVIRONMENT / "installed-from"
LEAST_PYTHON = (3, 11)
FONTS_FOR_KOREAN = "fonts-nanum"

# The Debian package of each library that Qt needs of the system; Qt brings its own of all others.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument asks for; gives the exit status."""
    if sys.version_info < LEAST_PYTHON:
        wanted = ".".join(map(str, LEAST_PYTHON))
        return _refuse(f"ThermView needs Python {wanted} or newer; this is {sys.version.split()[0]}.")
    order, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if order not in ("demo", "test", "run", "prepare"):
        print(__doc__)
        return 0 if order in ("-h", "--help") else 2
    if not _prepare_environment():
        return 1
    libraries_there = _provide_libraries()
    if order == "prepare":
        return 0 if libraries_there else 1
    if order == "test":
        return _test(rest)
    arguments_given = ["demo", *rest] if order == "demo" else rest
    return _call([_python(), "-m", "thermview", *arguments_given])


# --- the environment ----------------------------------------------------------------------------------


def _python() -> Path:
    windows = ENVIRONMENT / "Scripts" / "python.exe"
    return windows if os.name == "nt" else ENVIRONMENT / "bin" / "python"


def _prepare_environment() -> bool:
    """Make .venv and install the project into it; nothing is done where that is up to date."""
    if not _works(_python()) and not _make_environment():
        return False
    wanted = hashlib.sha256((PROJECT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text("utf-8") == wanted:
        return True
    _say("Installing ThermView and what it needs into .venv (some minutes the first time)")
    pip: list[str | Path] = [_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if _call([*pip, "--editable", f"{PROJECT}[test]"]):
        _refuse("Installing failed; the lines above say why. A network or a package mirror is needed once.")
        return False
    STAMP.write_text(wanted, "utf-8")
    return True


def _works(python: Path) -> bool:
    return python.is_file() and _quiet([python, "-m", "pip", "--version"])


def _make_environment() -> bool:
    try:
        import ensurepip  # noqa: F401  Debian leaves it out unless python3-venv is installed
    except ImportError:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not _install([package]):
            _refuse("Python's own tool for environments is missing (see above).")
            return False
    _say("Making .venv")
    # By a new process: this one does not see an ensurepip that was installed since it began.
    return _call([sys.executable, "-m", "venv", "--clear", ENVIRONMENT]) == 0


# --- libraries of the system --------------------------------------------------------------------------


def _provide_libraries() -> bool:
    """Install what Qt lacks, as far as possible; True where nothing is missing in the end."""
    missing = _missing_libraries()
    if not missing:
        return True
    _say(f"Qt lacks {', '.join(sorted(missing))}")
    packages = sorted({PACKAGES[library] for library in missing if library in PACKAGES})
    unknown = sorted(library for library in missing if library not in PACKAGES)
    if unknown:
        _say(f"Install what provides {', '.join(unknown)}; their package is not known here.")
    if packages:
        _install(packages)
    return not _missing_libraries()


def _missing_libraries() -> set[str]:
    """Names of shared libraries that Qt's window parts need and the loader does not find."""
    if not sys.platform.startswith("linux") or shutil.which("ldd") is None:
        return set()
    found = subprocess.run(
        [_python(), "-c", "import importlib.util as u; print(u.find_spec('PySide6').origin)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    qt = Path(found.stdout.strip()).parent / "Qt"
    parts = [qt / "lib" / f"libQt6{name}.so.6" for name in ("Gui", "Widgets", "Svg")]
    parts += sorted((qt / "plugins" / "platforms").glob("libq*.so"))
    wanted = [part for part in parts if part.is_file() and part.stem in _NEEDED_PARTS]
    told = subprocess.run(["ldd", *wanted], capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"^\s*(\S+) => not found", told, re.MULTILINE))


_NEEDED_PARTS = ("libQt6Gui.so", "libQt6Widgets.so", "libQt6Svg.so", "libqxcb", "libqoffscreen")


def _install(packages: Sequence[str]) -> bool:
    """Install Debian packages as root; elsewhere print the one command. True when they were installed."""
    if shutil.which("apt-get") is None:
        _say(f"Install these packages (Debian's names; other systems name them alike): {' '.join(packages)}")
        return False
    if os.geteuid() != 0:
        _say(f"Run this once:  sudo apt-get update && sudo apt-get install -y {' '.join(packages)}")
        return False
    _say(f"Installing {' '.join(packages)} by apt-get")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    get = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    done = update.returncode == 0 and _to_stderr(get, quiet) == 0
    if not done:
        _say(f"apt-get could not install {' '.join(packages)}.")
    return done


def _provide_korean_font() -> None:
    """Korean names need a font in pictures; without one they show as boxes, which is no error."""
    asks = shutil.which("dpkg-query") and shutil.which("apt-get") and os.geteuid() == 0
    if asks and not _quiet(["dpkg-query", "-W", FONTS_FOR_KOREAN]):
        _install([FONTS_FOR_KOREAN])


# --- the tests ----------------------------------------------------------------------------------------


def _test(arguments: list[str]) -> int:
    """Run pytest on a virtual screen where there can be one, else without any; its summary comes last."""
    _provide_korean_font()
    command: list[str | Path] = [_python(), "-m", "pytest", *arguments]
    screen = [shutil.which(program) for program in ("xvfb-run", "xauth")]
    if sys.platform.startswith("linux") and not all(screen):
        _install(["xvfb", "xauth"])
        screen = [shutil.which(program) for program in ("xvfb-run", "xauth")]
    environment = dict(os.environ)
    if all(screen):
        environment["QT_QPA_PLATFORM"] = "xcb"  # the real window; tests/conftest.py chooses off-screen else
        command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1200x24", *command]
    sys.stdout.flush()
    return _call(command, environment)


# --- small things -------------------------------------------------------------------------------------


def _call(command: Iterable[str | Path], environment: dict[str, str] | None = None) -> int:
    """Run in the foreground, in the folder this was started from (pytest: the project's)."""
    parts = [str(part) for part in command]
    folder = PROJECT if "pytest" in parts else None
    try:
        return subprocess.run(parts, env=environment, cwd=folder, check=False).returncode
    except KeyboardInterrupt:
        return 130


def _quiet(command: Iterable[str | Path]) -> bool:
    parts = [str(part) for part in command]
    try:
        return subprocess.run(parts, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _to_stderr(command: Sequence[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode


def _say(text: str) -> None:
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


def _refuse(text: str) -> int:
    _say(text)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
