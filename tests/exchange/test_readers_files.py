"""Opening a file: what can go wrong before its first word."""

import os

import pytest

from reporting.exchange.errors import Refused, Unreadable
from reporting.exchange.readers import read
from reporting.exchange.readers.files import decode, load
from tests.exchange import hostile
from tests.exchange.test_readers import refusal, write

pytestmark = pytest.mark.once


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(tmp_path):
    assert "permissions forbid it" in refusal(hostile.forbidden(tmp_path))


def test_a_file_without_permission_when_the_system_says_so(tmp_path, monkeypatch):
    path = write(tmp_path, "a.txt", "Words.")

    def forbid(*_):
        raise PermissionError

    monkeypatch.setattr(os, "open", forbid)
    assert refusal(path) == "a.txt: the file may not be read: its permissions forbid it."


def test_names_of_files_are_fit_for_a_message(tmp_path):
    said = refusal(tmp_path / "a\nb\udcff.txt")
    assert said == "a\ufffdb\ufffd.txt: there is no such file."
    assert "cannot be opened" in refusal(tmp_path / "a\0b.txt")


def test_a_link_to_a_file_is_read(tmp_path):
    (tmp_path / "link.txt").symlink_to(write(tmp_path, "a.txt", "Words."))
    assert read(tmp_path / "link.txt").blocks[0].plain == "Words."


def test_tables_are_loaded_with_the_same_refusals(tmp_path):
    assert decode(load(write(tmp_path, "a.csv", "a,é\n".encode("utf-16")), {".csv"}), "a.csv") == "a,é\n"
    for name, data, fragment in [
        ("b.csv", b"a\xe9", "line 1: a character is not UTF-8"),
        ("c.csv", b"a\0", "NUL"),
        ("d.csv", b"PK\x03\x04", "a ZIP archive"),
        ("e.txt", b"a", "a .txt file cannot be read"),
    ]:
        with pytest.raises(Unreadable, match=fragment):
            decode(load(write(tmp_path, name, data), {".csv"}), name)


def test_refused_names_all_problems():
    assert str(Refused(["a.", "b."])) == "a.\nb."
    assert Refused(["a.", "b."]).problems == ["a.", "b."]
