import pytest

from morello.kernel.errors import InvalidInput
from morello.sample.shipped import shipped, unpacked


def test_the_shipped_data_are_files_like_any() -> None:
    assert set(shipped()) == {"orders", "customers", "items", "stock"}
    with unpacked("sample:orders") as path:
        assert path.name == "orders.csv"
        assert path.is_file()


def test_an_unknown_name_tells_the_others() -> None:
    with pytest.raises(InvalidInput, match="customers"), unpacked("sample:nothing"):
        pass
