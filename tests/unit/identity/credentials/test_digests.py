from morello.identity.credentials.digests import Digests, new_secret
from morello.storage.keys import MasterKeys


async def test_the_same_secret_has_the_same_digest_here_and_another_elsewhere(
    keys: MasterKeys,
) -> None:
    here, again = await Digests.open(keys), await Digests.open(keys)
    elsewhere = await Digests.open(MasterKeys.random())
    secret = new_secret()
    assert here.of(secret) == again.of(secret) != elsewhere.of(secret)
    assert len(here.of(secret)) == 64
    assert secret not in here.of(secret)


async def test_a_sessions_token_for_changes_is_its_own(keys: MasterKeys) -> None:
    digests = await Digests.open(keys)
    one, other = new_secret(), new_secret()
    assert digests.csrf(one) != digests.csrf(other)
    assert digests.csrf(one) not in (one, digests.of(one))
    assert len(one) == 43
