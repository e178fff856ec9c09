"""Rule: every message has its words, in every language, with the same parameters.

A language that nobody has reviewed yet says as much as the others; it says that it is unreviewed.
"""

import ast
import json
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from morello.kernel import errors
from morello.kernel.messages import DEFAULT_LANGUAGE, LANGUAGES, REVIEWED, UNREVIEWED, catalog

ERRORS = {kind.__name__: kind for kind in errors._subclasses(errors.MorelloError)}
"""The error tree by class name."""


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def shares(text: str) -> set[str]:
    """Parameters that are told in percent: elsewhere they would be a hundred times off."""
    return {
        name for _, name, form, _ in string.Formatter().parse(text) if name and form == "percent"
    }


def differences(texts: Mapping[str, str], others: Mapping[str, str]) -> list[str]:
    missing = [f"{key} is in one language only" for key in texts.keys() ^ others.keys()]
    uneven = [
        f"{key}: {parameters(texts[key])} here, {parameters(others[key])} there"
        for key in texts.keys() & others.keys()
        if parameters(texts[key]) != parameters(others[key])
    ]
    scaled = [
        f"{key}: a share in one language only"
        for key in texts.keys() & others.keys()
        if shares(texts[key]) != shares(others[key])
    ]
    return sorted(missing + uneven + scaled)


def error_ids(tree: ast.AST) -> Iterator[str]:
    """Message ids of errors that are made with a literal case, or none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
            node = ast.Call(node.exc, [], [])  # noqa: PLW2901 - `raise X` is `raise X()`
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name not in ERRORS or name == "MorelloError":
            continue
        if not node.args:
            yield f"error.{ERRORS[name].code}"
        elif isinstance(node.args[0], ast.Constant):
            yield f"error.{ERRORS[name].code}.{node.args[0].value!s}"


def message_ids(tree: ast.AST) -> Iterator[str]:
    """Literal ids of messages."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
            literal = [each.value for each in node.keywords if each.arg == "id"]
            if literal and isinstance(literal[0], ast.Constant):
                yield str(literal[0].value)


def subjects(checkout: Path, language: str) -> dict[str, dict[str, str]]:
    """Texts by the name of their file."""
    folder = checkout / "src" / "morello" / "texts" / language
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def lacking(checkout: Path, language: str) -> dict[str, int]:
    """How many texts of each subject a language lacks."""
    ours = catalog(language)
    missing = {
        name: len(texts.keys() - ours.keys())
        for name, texts in subjects(checkout, DEFAULT_LANGUAGE).items()
    }
    return {name: count for name, count in missing.items() if count}


@pytest.mark.parametrize("language", [each for each in REVIEWED if each != DEFAULT_LANGUAGE])
def test_languages_say_the_same(language: str) -> None:
    assert differences(catalog(DEFAULT_LANGUAGE), catalog(language)) == []


@pytest.mark.parametrize("language", UNREVIEWED)
def test_unreviewed_languages_say_the_same(language: str, checkout: Path) -> None:
    texts, english = catalog(language), catalog(DEFAULT_LANGUAGE)
    assert lacking(checkout, language) == {}
    assert differences(english, texts) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_ill_formed(language: str) -> None:
    for key, text in catalog(language).items():
        assert text.strip(), key
        assert "" not in {name for _, name, _, _ in string.Formatter().parse(text)}, key


@pytest.mark.parametrize("language", REVIEWED)
def test_every_error_has_words_and_a_next_step(language: str, product: list[Any]) -> None:
    texts = catalog(language)
    missing = {
        f"{each.name}: {key}"
        for each in product
        for error in error_ids(each.tree)
        for key in (error, f"{error}.next")
        if key not in texts
    }
    assert missing == set()


@pytest.mark.parametrize("language", REVIEWED)
def test_every_message_has_words(language: str, product: list[Any]) -> None:
    texts = catalog(language)
    missing = {
        f"{each.name}: {key}"
        for each in product
        for key in message_ids(each.tree)
        if key not in texts
    }
    assert missing == set()


def test_the_rules_can_fail() -> None:
    assert differences({"a": "{x}", "b": ""}, {"a": "{y}"}) == [
        "a: {'x'} here, {'y'} there",
        "b is in one language only",
    ]
    assert differences({"a": "{x:percent}"}, {"a": "{x:n}"}) == ["a: a share in one language only"]
    code = 'raise BadFile("empty", name=1)\nraise Cancelled\nMessage(id="a.b")\nMessage(id=f())'
    tree = ast.parse(code)
    assert list(error_ids(tree)) == ["error.cancelled", "error.bad_file.empty"]
    assert list(message_ids(tree)) == ["a.b"]
