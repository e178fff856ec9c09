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

_STAGE = ".incoming-"
_TEMPORARY = "morello-lake-"
_LOCK = ".lock"


class Lake:
    """Files under `root`. What is half written lies in a stage, and is in no version."""

    def __init__(self, root: Path) -> None:
        self._root = root
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

    def folder(self, organization_id: uuid.UUID) -> Path:
        """Return the organization's folder, an absolute path; made when it is not there."""
        path = self._root.resolve() / str(organization_id)
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
        folder = self.folder(organization_id)
        paths = tuple(folder / file.path for file in files)
        assert all(path.parent == folder for path in paths), "a file outside its lake"
        return paths

    def remove(self, organization_id: uuid.UUID, files: Collection[DataFile]) -> int:
        """Remove files that no version needs any more; return how many there were."""
        removed = 0
        for path in self.paths(organization_id, list(files)):
            if path.exists():
                path.unlink()
                removed += 1
        return removed

    def clean(self, organization_id: uuid.UUID, known: Collection[DataFile]) -> int:
        """Remove stages and files that no version knows: what a crash left. Nothing may run."""
        folder = self.folder(organization_id)
        kept = {file.path for file in known}
        removed = 0
        for path in folder.iterdir():
            if path.name.startswith(_STAGE):
                shutil.rmtree(path)
                removed += 1
            elif path.name not in kept:
                path.unlink()
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


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
