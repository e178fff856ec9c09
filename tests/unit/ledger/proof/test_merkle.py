"""The tree against the published vectors and against the recursive definition of RFC 9162."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.merkle import (
    EMPTY_ROOT,
    PATH_HASHES_MAX,
    Span,
    check_consistency,
    check_inclusion,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    nodes,
)
from morello.ledger.proof.tree import Tree

# The reference vectors of Certificate Transparency (merkletree tests of RFC 6962's authors).
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree


# The definitions of RFC 9162, section 2.1, word by word.


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = split(len(leaves))
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), mth(leaves[k:])]
    return [*path(index - k, leaves[k:]), mth(leaves[:k])]


def subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*subproof(old, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(old - k, leaves[k:], whole=False), mth(leaves[:k])]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size]
    assert grown(LEAVES).root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "expected"), INCLUSION.items())
def test_published_inclusion_proofs(place: tuple[int, int], expected: list[str]) -> None:
    index, size = place
    proof = grown(LEAVES).inclusion(index, size)
    assert [each.hex() for each in proof] == expected
    check_inclusion(leaf_hash(LEAVES[index]), index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("sizes", "expected"), CONSISTENCY.items())
def test_published_consistency_proofs(sizes: tuple[int, int], expected: list[str]) -> None:
    old, new = sizes
    proof = grown(LEAVES).consistency(old, new)
    assert [each.hex() for each in proof] == expected
    check_consistency(old, new, proof, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=80), st.data())
def test_roots_and_proofs_are_those_of_the_definition(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = grown(leaves)
    new = data.draw(st.integers(1, len(leaves)))
    index, old = data.draw(st.integers(0, new - 1)), data.draw(st.integers(1, new))
    assert tree.root(new) == mth(leaves[:new])
    assert tree.inclusion(index, new) == path(index, leaves[:new])
    assert tree.consistency(old, new) == subproof(old, leaves[:new], whole=True)


def test_every_pair_of_sizes_to_seventy_is_consistent() -> None:
    tree = grown([bytes([each]) for each in range(70)])
    for new in range(71):
        for old in range(new + 1):
            proof = tree.consistency(old, new)
            check_consistency(old, new, proof, tree.root(old), tree.root(new))


@given(st.integers(1, 60), st.data())
def test_a_wrong_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    tree = grown([bytes([each]) for each in range(size)])
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = tree.inclusion(index, size), tree.root(), leaf_hash(bytes([index]))
    wrong = [
        (leaf_hash(b"other"), index, size, proof),
        (leaf, index, size, [*proof, bytes(32)]),
        (leaf, size, size, proof),
        (leaf, -1, size, proof),
        (leaf, index, size, [b"short"] * len(proof) or [b""]),
        (leaf, index, size, [bytes(32)] * (PATH_HASHES_MAX + 1)),
        *((leaf, other, size, proof) for other in range(size) if other != index),
    ]
    if proof:
        wrong.append((leaf, index, size, proof[:-1]))
        wrong.append((leaf, index, size, [*proof[:-1], bytes(32)]))
    for each in wrong:
        with pytest.raises(ProofFailed):
            check_inclusion(*each, root)


@given(st.integers(1, 60), st.data())
def test_a_wrong_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    tree = grown([bytes([each]) for each in range(new)])
    old = data.draw(st.integers(0, new))
    proof, old_root, new_root = tree.consistency(old, new), tree.root(old), tree.root(new)
    wrong = [
        (old, new, [*proof, bytes(32)], old_root, new_root),
        (new + 1, new, proof, old_root, new_root),
        (-1, new, proof, old_root, new_root),
        (old, new, proof, bytes(32), new_root),
    ]
    if old > 0:
        wrong.append((old, new, proof, old_root, bytes(32)))
    if proof:
        wrong.append((old, new, proof[:-1], old_root, new_root))
        wrong.append((old, new, [], old_root, new_root))
    for each in wrong:
        with pytest.raises(ProofFailed):
            check_consistency(*each)


def test_a_path_that_is_too_long_or_short_for_its_sizes_is_refused() -> None:
    """Forged roots for which the hashes do fit: only the count of the steps is wrong."""
    tree, more = grown(LEAVES), bytes(32)
    leaf = leaf_hash(LEAVES[0])
    with pytest.raises(ProofFailed):
        check_inclusion(leaf, 0, 1, [more], node_hash(more, leaf))
    with pytest.raises(ProofFailed):
        check_inclusion(leaf, 0, 4, tree.inclusion(0, 2), tree.root(2))
    with pytest.raises(ProofFailed):
        check_consistency(1, 4, tree.consistency(1, 2), tree.root(1), tree.root(2))
    longer = [*tree.consistency(3, 4), more]
    with pytest.raises(ProofFailed):
        check_consistency(
            3, 4, longer, node_hash(more, tree.root(3)), node_hash(more, tree.root(4))
        )


def test_an_edited_leaf_breaks_consistency() -> None:
    honest = grown(LEAVES)
    edited = grown([*LEAVES[:3], b"edited", *LEAVES[4:]])
    with pytest.raises(ProofFailed):
        check_consistency(6, 8, edited.consistency(6, 8), honest.root(6), edited.root(8))


def test_leaves_and_nodes_never_share_a_hash() -> None:
    tree = grown([b"a", b"b"])
    assert leaf_hash(leaf_hash(b"a") + leaf_hash(b"b")) != tree.root()
    assert tree.root(0) == EMPTY_ROOT


@pytest.mark.parametrize("size", [1, 2, 3, 10_000_000, (1 << 40) + 1, (1 << 63) - 1])
def test_proofs_take_logarithmically_many_nodes(size: int) -> None:
    bits = size.bit_length()
    for index in {0, size // 3, size - 1}:
        spans = inclusion_spans(index, size)
        assert len(spans) <= min(bits, PATH_HASHES_MAX)
        assert sum(len(nodes(span)) for span in spans) <= 2 * bits
    spans = consistency_spans(size // 3, size)
    assert len(spans) <= bits + 1
    assert sum(len(nodes(span)) for span in spans) <= 2 * bits
    assert len(nodes(Span(0, size))) == size.bit_count()


def test_a_span_that_is_none_of_a_proof_is_our_mistake() -> None:
    with pytest.raises(AssertionError):
        nodes(Span(1, 3))
