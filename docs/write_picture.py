"""Write docs/terminal.png, the picture in the README, from what the commands answer.

    MOVIEREC_HOME=FOLDER python docs/write_picture.py

FOLDER is a home with ml-100k and a trained model; its profile `me` gets the films of docs/examples/films.csv.
Rich draws the terminal, and Chromium makes a picture of it.
"""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

DOCS = Path(__file__).parent
BEFORE = f"import {shlex.quote(str(DOCS / 'examples' / 'films.csv'))} --scale 5"
SHOWN = (
    'rate "Heat" 4.5',
    "recommend me --top 4",
    "recommend me --explain --top 1",
    'show "fargo"',
)
COLUMNS = 80
PIXELS = 1240
"""The width of the picture."""


def answer(command: str) -> str:
    """What a command writes to a terminal that has colours."""
    done = subprocess.run(
        [sys.executable, "-m", "movierec_cli", *shlex.split(command)],
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def terminal() -> str:
    """An SVG of a terminal in which the commands were typed."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    for command in SHOWN:
        console.print(Text(f"$ movierec {command}", style="green"))
        console.print(Text.from_ansi(answer(command)))
    return console.export_svg(title="movierec", font_aspect_ratio=0.6)


def picture(svg: str, path: Path) -> None:
    """Have Chromium draw an SVG, with the machine's own font instead of one from the network."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if size is None or browser is None:
        sys.exit("This takes Chromium: apt-get install chromium")
    height = round(PIXELS * float(size[2]) / float(size[1]))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "terminal.html"
        page.write_text(f"<body style='margin:0'>{svg}</body>", encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={folder}/browser"]
        wanted = [f"--window-size={PIXELS},{height}", f"--screenshot={path}", page.as_uri()]
        subprocess.run([browser, *flags, *wanted], check=True, capture_output=True)


if __name__ == "__main__":
    answer(BEFORE)
    picture(terminal(), DOCS / "terminal.png")
