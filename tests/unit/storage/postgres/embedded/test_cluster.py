from pathlib import Path

import pytest

from morello.kernel.errors import Unavailable
from morello.storage.postgres.embedded import cluster as cluster_module
from morello.storage.postgres.embedded.account import Account
from morello.storage.postgres.embedded.binaries import Binaries
from morello.storage.postgres.embedded.cluster import Cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path, Account())


def pretend_initdb(monkeypatch: pytest.MonkeyPatch, folder: Path, says: str, status: int) -> None:
    program = folder / "initdb"
    program.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setattr(cluster_module, "find_binaries", lambda: Binaries(folder, 18))


@pytest.mark.parametrize(
    ("says", "case"),
    [
        ("initdb: error: could not write: No space left on device", "postgres_disk_full"),
        ("initdb: error: something else", "postgres_made"),
    ],
)
def test_a_data_folder_that_cannot_be_made_leaves_nothing(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, case: str
) -> None:
    pretend_initdb(monkeypatch, tmp_path, says, status=1)
    with pytest.raises(Unavailable) as caught:
        cluster.make()
    assert caught.value.message.id == f"error.unavailable.{case}"
    assert not cluster.is_made
    assert {each.name for each in tmp_path.iterdir()} == {"initdb", "passwords.json"}


def test_what_an_interrupted_start_left_is_made_again(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data.part").mkdir()
    (tmp_path / "data.part" / "PG_VERSION").touch()
    (tmp_path / "password.part").touch()
    pretend_initdb(monkeypatch, tmp_path, "done", status=0)
    cluster.make()
    assert list(cluster.data.iterdir()) == []
    assert not (tmp_path / "password.part").exists()


def test_passwords_are_made_once_and_for_the_owner_only(cluster: Cluster, tmp_path: Path) -> None:
    made = cluster.passwords()
    assert cluster.passwords() == made
    assert len(set(made.values())) == 3
    assert (tmp_path / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_passwords_that_are_gone_are_not_made_up(cluster: Cluster) -> None:
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("18\n")
    with pytest.raises(Unavailable):
        cluster.passwords()


def test_a_socket_folder_of_somebody_else_is_not_used(cluster: Cluster, tmp_path: Path) -> None:
    folder = cluster.socket_folder
    assert folder == tmp_path / "socket" or len(str(tmp_path)) > 70
    cluster.make_socket_folder()
    cluster.make_socket_folder()
    folder.chmod(0o755)
    with pytest.raises(Unavailable):
        cluster.make_socket_folder()
    cluster.remove_socket_folder()
    folder.symlink_to(tmp_path)
    with pytest.raises(Unavailable):
        cluster.make_socket_folder()
    folder.unlink()


def test_a_folder_of_a_version_that_is_not_installed_is_told(cluster: Cluster) -> None:
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unavailable) as caught:
        cluster.binaries()
    assert caught.value.message.parameters["version"] == "9"
