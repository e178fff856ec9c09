import pytest

from morello.kernel.values import DataRef, is_dataset_name


def test_a_reference_is_text_or_fields() -> None:
    assert str(DataRef.model_validate("orders@abc")) == "orders@abc"
    assert DataRef.model_validate({"dataset": "orders"}).version is None


@pytest.mark.parametrize(
    ("name", "is_good"),
    [
        ("orders", True),
        ("주문 2024", True),
        ("a.b-c_d", True),
        ("", False),
        ("1a", False),
        ("a/b", False),
        ("a\nb", False),
        ("x" * 256, False),
        ("..", False),
    ],
)
def test_names_of_datasets(name: str, is_good: bool) -> None:
    assert is_dataset_name(name) is is_good
