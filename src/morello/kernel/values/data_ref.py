"""A reference to a dataset, and what its name may be."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from morello.kernel.limits import NAME_LENGTH_MAX

_DATASET_NAME = re.compile(r"[^\W\d][\w .\-]*")


class DataRef(BaseModel):
    """A dataset, at its newest version or a given one. As text: `orders` or `orders@<version>`."""

    model_config = ConfigDict(frozen=True)

    dataset: str = Field(description="Name of the dataset.", max_length=NAME_LENGTH_MAX)
    version: str | None = Field(default=None, description="Version id; the newest when left out.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        name, _, version = value.partition("@")
        return {"dataset": name, "version": version or None}

    def __str__(self) -> str:
        return f"{self.dataset}@{self.version}" if self.version else self.dataset


def is_dataset_name(name: str) -> bool:
    """Tell whether a name can be a dataset's: a letter, then letters, digits and ` _-.`."""
    return len(name) <= NAME_LENGTH_MAX and _DATASET_NAME.fullmatch(name) is not None
