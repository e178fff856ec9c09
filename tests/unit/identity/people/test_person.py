import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from morello.identity.people.person import Domain, Email, PersonName, Shown
from morello.kernel.values import DIGESTS_ONLY


class Form(BaseModel):
    email: Email = "a@b.c"
    name: PersonName = "A"
    domain: Domain = "example.org"
    password: Shown | None = None


def test_an_address_is_kept_in_lower_case_and_recorded_masked() -> None:
    form = Form.model_validate(
        {"email": " Cherry@Example.ORG ", "name": " 벚나무 ", "password": "secret"}
    )
    assert (form.email, form.name) == ("cherry@example.org", "벚나무")
    recorded = form.model_dump(mode="json", context=DIGESTS_ONLY)
    assert recorded["email"] == "c…@example.org"
    assert recorded["name"] == "…"
    assert "secret" not in str(recorded)


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b", "a b@c.d", "a@b@c", "벚@b.c", "a@-b.c", "a" * 250 + "@b.cd"]
)
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(ValidationError):
        Form.model_validate({"email": email})


@pytest.mark.parametrize(
    "domain", ["", "example", "-a.org", "a..org", "a.org/", "a b.org", "1.2.3"]
)
def test_what_is_no_domain(domain: str) -> None:
    with pytest.raises(ValidationError):
        Form.model_validate({"domain": domain})


@given(st.text(max_size=300), st.text(max_size=300))
def test_anything_is_an_answer_or_a_refusal(email: str, domain: str) -> None:
    for field, value in (("email", email), ("domain", domain)):
        try:
            form = Form.model_validate({field: value})
        except ValidationError:
            continue
        kept = getattr(form, field)
        assert kept == kept.lower() == kept.strip()
