from morello.pipeline.recall import ENTRY_BYTES, OBJECTS_SHARE, Memory, Question

from .conftest import EchoResult


def test_an_answer_is_kept_only_for_a_question_that_may_be() -> None:
    memory, answer = Memory(10_000), EchoResult(text="a", calls=1)
    memory.keep(Question("once", ttl_s=0), answer, 10)
    memory.keep(Question("often", ttl_s=60), answer, 10)
    assert memory.recall(Question("once", ttl_s=0)) is None
    assert memory.recall(Question("often", ttl_s=60)) == answer
    memory.clear()
    assert memory.recall(Question("often", ttl_s=60)) is None


def test_an_answer_larger_than_the_memory_is_not_kept() -> None:
    memory, answer = Memory(10_000), EchoResult(text="a", calls=1)
    memory.keep(Question("large", ttl_s=60), answer, 10_000 // OBJECTS_SHARE)
    assert memory.recall(Question("large", ttl_s=60)) is None


def test_the_memory_stays_within_its_bytes() -> None:
    memory = Memory(10 * (ENTRY_BYTES + OBJECTS_SHARE * 100))
    answer = EchoResult(text="a", calls=1)
    for number in range(100):
        memory.keep(Question(str(number), ttl_s=60), answer, 100)
    kept = [memory.recall(Question(str(number), ttl_s=60)) for number in range(100)]
    assert sum(each is not None for each in kept) <= 10
