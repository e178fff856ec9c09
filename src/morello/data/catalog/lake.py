"""The lake: one folder per organization, holding the encrypted files of its versions."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Self

from morello.data.catalog.version import DataFile
from morello.kernel.ids import new_id

SUMMARY_SUFFIX = ".summary"
"""What is known of a version's rows lies beside its last file, and goes with it."""
_STAGE = ".incoming-"
_TEMPORARY = "morello-lake-"
_LOCK = ".lock"


class Lake:
    """Files under `root`. What is half written lies in a stage, and is in no version."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._held = contextlib.ExitStack()

    @classmethod
    def temporary(cls) -> Self:
        """Make a lake that goes when it is closed; remove those whose process did not live to."""
        for each in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*/{_LOCK}"):
            with contextlib.suppress(OSError), _locked(each):
                shutil.rmtree(each.parent)
        lake = cls(Path(tempfile.mkdtemp(prefix=_TEMPORARY)))
        lake._held.enter_context(_locked(lake._root / _LOCK))
        return lake

    def place(self, organization_id: uuid.UUID) -> Path:
        """Return where the organization's folder is or will be, an absolute path."""
        return self._root / str(organization_id)

    def folder(self, organization_id: uuid.UUID) -> Path:
        """Return the organization's folder; made when it is not there."""
        path = self.place(organization_id)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    @contextlib.contextmanager
    def stage(self, organization_id: uuid.UUID) -> Iterator[Path]:
        """Give an empty folder to write into; what is not adopted when the block ends is gone."""
        path = self.folder(organization_id) / f"{_STAGE}{new_id().hex}"
        path.mkdir(mode=0o700)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def adopt(
        self, organization_id: uuid.UUID, stage: Path, written: Sequence[DataFile]
    ) -> tuple[DataFile, ...]:
        """Take files of a stage into the lake, durably, and return them with their new paths."""
        folder = self.folder(organization_id)
        assert stage.parent == folder, "a stage belongs to one organization"
        adopted = []
        for file in written:
            source = stage / file.path
            name = f"{new_id().hex}.parquet"
            _sync(source)
            source.rename(folder / name)
            adopted.append(file.model_copy(update={"path": name}))
        _sync(folder)
        return tuple(adopted)

    def paths(self, organization_id: uuid.UUID, files: Sequence[DataFile]) -> tuple[Path, ...]:
        """Return where files lie, all inside the organization's folder."""
        folder = self.place(organization_id)
        paths = tuple(folder / file.path for file in files)
        assert all(path.parent == folder for path in paths), "a file outside its lake"
        return paths

    def remove(self, organization_id: uuid.UUID, files: Collection[DataFile]) -> int:
        """Remove files that no version needs any more; return how many there were."""
        removed = 0
        for path in self.paths(organization_id, list(files)):
            path.with_name(path.name + SUMMARY_SUFFIX).unlink(missing_ok=True)
            if path.exists():
                path.unlink()
                removed += 1
        return removed

    def organizations(self) -> tuple[uuid.UUID, ...]:
        """Return the organizations that have a folder."""
        found = []
        for each in self._root.iterdir() if self._root.is_dir() else ():
            with contextlib.suppress(ValueError):
                found.append(uuid.UUID(each.name))
        return tuple(found)

    def written_before(self, organization_id: uuid.UUID, at_s: float) -> tuple[str, ...]:
        """Return the names of files and stages last written before a time (seconds since 1970)."""
        found = []
        for path in self.folder(organization_id).iterdir():
            with contextlib.suppress(FileNotFoundError):  # gone just now
                if _written_at_s(path) < at_s:
                    found.append(path.name)
        return tuple(found)

    def discard(self, organization_id: uuid.UUID, names: Collection[str]) -> int:
        """Remove files and stages by name; return how many there were."""
        folder, removed = self.folder(organization_id), 0
        for name in names:
            path = folder / name
            assert path.parent == folder, "a file outside its lake"
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
            elif path.exists():
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def close(self) -> None:
        """Remove the whole lake: for temporary ones."""
        shutil.rmtree(self._root, ignore_errors=True)
        self._held.close()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file's lock, which ends with the process. Raises OSError when another holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _written_at_s(path: Path) -> float:
    """Return when a file, or anything in a stage, was last written."""
    inside: list[Path] = list(path.iterdir()) if path.is_dir() else []
    return max(each.stat().st_mtime for each in [path, *inside])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
