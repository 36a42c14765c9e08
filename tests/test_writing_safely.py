"""Files are new, synced and closed to others before they take the place of what was there; links are not followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from toolkit.writing import close_folder, fits, make_temporary, replace_file, sweep_leftovers


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine", encoding="utf-8")
    (tmp_path / "page.html").symlink_to(tmp_path / "secret")
    replace_file(tmp_path / "page.html", "page")
    assert (tmp_path / "secret").read_text() == "mine"
    assert not (tmp_path / "page.html").is_symlink() and (tmp_path / "page.html").read_text() == "page"


def test_a_file_is_written_under_a_new_random_name_synced_and_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, int]] = []
    synced: list[bool] = []
    real_open, real_sync = os.open, os.fsync

    def note_open(path: str | Path, flags: int, mode: int = 0o777) -> int:
        opened.append((Path(path).name, flags))
        return real_open(path, flags, mode)

    def note_sync(file: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(file).st_mode))
        real_sync(file)

    monkeypatch.setattr(os, "open", note_open)
    monkeypatch.setattr(os, "fsync", note_sync)
    replace_file(tmp_path / "page.html", "one")
    replace_file(tmp_path / "page.html", "two")
    names = [name for name, flags in opened if flags & os.O_CREAT]
    assert len(set(names)) == 2 and "page.html" not in names
    assert all(flags & os.O_EXCL and flags & os.O_NOFOLLOW for _, flags in opened if flags & os.O_CREAT)
    assert synced == [False, True, False, True], "each file, then its folder"


@pytest.mark.parametrize(("private", "rights"), [(True, 0o600), (False, 0o644)])
def test_what_is_private_is_for_its_owner_only(private: bool, rights: int, tmp_path: Path) -> None:
    was = os.umask(0o022)
    try:
        replace_file(tmp_path / "file", "words", private=private)
    finally:
        os.umask(was)
    assert (tmp_path / "file").stat().st_mode & 0o777 == rights


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="full"):
        replace_file(tmp_path / "page.html", "words")
    assert list(tmp_path.iterdir()) == []


def test_closing_a_folder_does_not_follow_links_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("for sharing", encoding="utf-8")
    (tmp_path / "page.html").chmod(0o644)
    close_folder(tmp_path / "internal")
    (tmp_path / "internal" / "link").symlink_to(tmp_path / "page.html")
    close_folder(tmp_path / "internal")
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o644


def test_sweeping_follows_no_link_and_a_folder_that_is_not_there_is_clean(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("kept", encoding="utf-8")
    (tmp_path / f".{'b' * 16}.new").symlink_to(tmp_path / "kept")
    sweep_leftovers(tmp_path)
    sweep_leftovers(tmp_path / "nowhere")
    assert (tmp_path / "kept" / "file").exists() and [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_temporary_folder_stands_where_sockets_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = tmp_path / ("long" * 30)
    far.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(far))
    made = make_temporary("plg-")
    assert fits(made) and made.stat().st_mode & 0o777 == 0o700
    made.rmdir()
    monkeypatch.setattr("toolkit.writing.SHORT_PLACES", ())
    made = make_temporary("plg-")
    assert made.parent == far and not fits(made)
