"""Where datasets, runs and the pointer to the run in use live."""

import os
from dataclasses import dataclass
from pathlib import Path

NETWORK_FILE = "model.keras"
"""Of a run whose network was trained."""
TITLES_FILE = "titles.txt"
"""Of every run: its movies' titles with their years, one a line, the most rated first."""


@dataclass(frozen=True, slots=True)
class Home:
    """The one folder that movierec writes to.

    datasets/NAME/   a fetched dataset in its own layout, with dataset.json beside it
    downloads/       archives that are still arriving
    runs/RUN/        one training run: two LanceDB tables, run.json, model.keras
    CURRENT          the name of the run in use
    profiles/        people's own ratings, NAME.json
    hints/           an empty file for whatever is said only once
    unfinished/      trainings that can go on, DATASET.npz
    """

    root: Path

    @classmethod
    def resolve(cls, root: "Home | Path | str | None" = None) -> "Home":
        """`root` if given, else $MOVIEREC_HOME, else the platform's user data folder."""
        if isinstance(root, Home):
            return root
        chosen = root or os.environ.get("MOVIEREC_HOME")
        if chosen:
            return cls(Path(chosen).expanduser().absolute())
        import platformdirs

        return cls(platformdirs.user_data_path("movierec", appauthor=False))

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def downloads(self) -> Path:
        return self.root / "downloads"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def current(self) -> Path:
        return self.root / "CURRENT"

    @property
    def profiles(self) -> Path:
        return self.root / "profiles"

    @property
    def hints(self) -> Path:
        return self.root / "hints"

    @property
    def unfinished(self) -> Path:
        return self.root / "unfinished"
