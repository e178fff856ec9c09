from morello.app.server.wiring.divided import divided
from morello.kernel.settings import Settings


def test_what_is_divided_leaves_room_for_one_at_least() -> None:
    settings = Settings(workers=3, queue_max=1, streams_max=5, cache_bytes_max=10)
    assert divided(settings, 1) is settings
    half = divided(settings, 2)
    assert (half.workers, half.queue_max, half.streams_max, half.cache_bytes_max) == (2, 1, 3, 5)
