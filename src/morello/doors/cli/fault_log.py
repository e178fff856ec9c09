"""The fault log: what a fault was, kept in the home folder and never shown."""

import logging
from pathlib import Path

_BYTES_MAX = 1 << 20
_FILES_MAX = 2


class FaultLog:
    """Keeps errors with their tracebacks in `morello.log`."""

    def __init__(self, home: Path) -> None:
        self.path = home / "morello.log"

    def listen(self) -> None:
        """Take what our own code logs, instead of the terminal."""
        logger = logging.getLogger("morello")
        logger.propagate = False
        if all(each.name != str(self.path) for each in logger.handlers):
            logger.addHandler(self._handler())

    def keep(self, error: BaseException) -> None:
        """Write down one error."""
        self.listen()
        logging.getLogger("morello.cli").error("unexpected", exc_info=error)

    @property
    def is_written(self) -> bool:
        """Tell whether there is a log to look into: a home may be unwritable."""
        return self.path.is_file()

    def _handler(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - help needs no log

        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler: logging.Handler = RotatingFileHandler(
                self.path,
                maxBytes=_BYTES_MAX,
                backupCount=_FILES_MAX,
                encoding="utf-8",
                delay=True,  # no fault, no file
            )
        except OSError:  # a home that cannot be written to must not stop a command
            return logging.NullHandler()
        handler.name = str(self.path)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        return handler
