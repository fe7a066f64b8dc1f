"""Files by their size and SHA-256: how they were written, or fetched."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file must be."""

    bytes: int
    sha256: str
    """In hex."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """The file as it is now."""
        return cls(path.stat().st_size, sha256(path))


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    import hashlib  # takes longer to load than shell completion takes to look for datasets

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
