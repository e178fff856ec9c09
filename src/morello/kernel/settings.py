"""Settings, each with where it came from: the environment, a file, or the default.

The environment wins (`MORELLO_QUERY_TIMEOUT_S=30`), then `settings.toml` in the home folder.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
)

from morello.kernel.errors import InvalidInput

_PREFIX = "MORELLO_"
_FILE = "settings.toml"
_HOME = "~/.morello"


def _split(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A list, which a variable of the environment gives with commas between."""


class Settings(BaseModel):
    """Everything a site may change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default=Path(_HOME), description="Folder for keys and settings.")
    language: str = Field(
        default="en", description="Language of answers: en, ko, ja, zh, de, fr or es."
    )
    workers: int = Field(
        default=0, ge=0, le=256, description="Worker processes; 0 is one per core."
    )
    memory_max_bytes: int = Field(
        default=2 << 30, ge=384 << 20, description="Memory one worker may use."
    )
    query_timeout_s: float = Field(default=30.0, gt=0, description="Longest a SQL query may run.")
    analysis_timeout_s: float = Field(
        default=3600.0, gt=0, description="Longest an import or an analysis may run."
    )
    file_bytes_max: int = Field(default=64 << 30, gt=0, description="Largest file to import.")
    unpacked_ratio_max: int = Field(
        default=200, gt=1, description="Most that a compressed file may grow by when unpacked."
    )
    rejected_rows_max: int = Field(
        default=10_000, ge=0, description="Rejected rows that are kept with their text."
    )
    rate_per_s: float = Field(default=200.0, gt=0, description="Calls a second per organization.")
    concurrent_max: int = Field(default=16, gt=0, description="Calls at once per organization.")
    storage_bytes_max: int = Field(
        default=100 << 30, ge=0, description="Bytes of data per organization."
    )
    datasets_max: int = Field(default=10_000, ge=0, description="Datasets per organization.")
    members_max: int = Field(default=10_000, ge=0, description="Members per organization.")
    queue_max: int = Field(default=64, ge=0, description="Calls that may wait for a slot.")
    queue_wait_s: float = Field(default=30.0, ge=0, description="Longest a call waits for a slot.")
    streams_max: int = Field(default=100, gt=0, description="Live streams per organization.")
    jobs_at_once_max: int = Field(
        default=4, ge=1, le=256, description="Jobs of one kind at once per job worker."
    )
    jobs_waiting_max: int = Field(
        default=1_000, ge=1, description="Jobs of an organization that may wait."
    )
    job_tries_max: int = Field(
        default=3, ge=1, le=100, description="How often a job is begun again when its worker ends."
    )
    jobs_kept_days: int = Field(
        default=90, ge=1, description="Days that a job which has ended can be looked up."
    )
    cache_bytes_max: int = Field(default=256 << 20, ge=0, description="Memory for kept answers.")
    host: str = Field(default="127.0.0.1", description="Address that the server listens at.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port that the server listens at.")
    api_processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Processes that answer requests, for more of them a second; limits per"
        " organization are divided among them.",
    )
    installation_name: str = Field(
        default="morello.local",
        pattern=r"[a-z0-9][a-z0-9.-]{0,99}",
        description="Name of this installation in its receipts, such as morello.example.com.",
    )
    drain_timeout_s: float = Field(
        default=15.0, ge=0, description="Longest that a stopping server waits for running calls."
    )

    hosts_allowed: Names = Field(
        default=(), description="Names that the server is reached by, besides this machine's own."
    )
    origins_allowed: Names = Field(
        default=(), description="Origins whose pages may call the API from a browser."
    )
    proxies_trusted: Names = Field(
        default=(), description="Addresses of proxies whose word on the caller's address counts."
    )
    company_header_required: bool = Field(
        default=True, description="Whether documented paths ask for the header X-Company-ID."
    )
    session_idle_s: float = Field(
        default=12 * 3600.0, gt=0, description="Longest a session may be left alone."
    )
    session_max_s: float = Field(default=7 * 86_400.0, gt=0, description="Longest a session lasts.")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="What opens /metrics to others than this machine."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least serious lines that are logged."
    )
    otlp_endpoint: str = Field(
        default="",
        max_length=2_000,
        description="Collector that traces are sent to (OTLP over HTTP), such as"
        " http://127.0.0.1:4318; none are made without.",
    )
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port on this machine at which a worker shows its figures; several API"
        " processes show theirs at the ports that follow. 0 is nowhere.",
    )

    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL, as the app's login; left out, the embedded one serves.",
    )
    database_owner_url: SecretStr = Field(
        default=SecretStr(""), description="The same database, as its owner, for migrations."
    )
    master_key: SecretStr = Field(
        default=SecretStr(""),
        description="The master key, 32 bytes in base64; left out, the home folder holds it.",
    )

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment and the settings file. Raises InvalidInput, saying where."""
        environment = os.environ if environment is None else environment
        home = Path(environment.get(f"{_PREFIX}HOME") or _HOME).expanduser()
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        path = home / _FILE
        for name, value in _read(path).items():
            values[name], origins[name] = value, str(path)
        for name in cls.model_fields:
            variable = f"{_PREFIX}{name.upper()}"
            if variable in environment:
                values[name], origins[name] = environment[variable], variable
        values["home"] = home
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0])
            raise InvalidInput(
                "setting", name=name, origin=origins.get(name, str(path)), problem=first["msg"]
            ) from None
        settings._origins.update(origins)  # noqa: SLF001 - our own, just made
        return settings

    def origin(self, name: str) -> str:
        """Tell where a setting came from: a variable's name, a file's path, or `default`."""
        return self._origins.get(name, "default")


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("settings_file", path=str(path), problem=str(error)) from None
