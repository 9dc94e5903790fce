import re
from pathlib import Path

import pytest

from coagent.adapters.notify.folder import FolderNotifier, file_of
from coagent.deliver.notices import message
from coagent.domain.errors import Transient
from tests.notices import accepted, opened, recovered, updated


async def send(folder: Path, *notices) -> str:
    notifier = FolderNotifier(folder)
    for notice in notices:
        await notifier.send(message(notice, "folder"))
    return file_of(folder, notices[0].conversation).read_text(encoding="utf-8")


async def test_a_finding_is_one_file_with_its_history(tmp_path: Path):
    text = await send(tmp_path, opened(), updated(), accepted())
    assert 1 == len(list(tmp_path.iterdir()))
    assert text.startswith("# Silent model change: openai/gpt-4, output tokens from 212 to 148\n")
    assert text.index("**Opened") < text.index("**Updated") < text.rindex("**Accepted as the new baseline by ann")


async def test_what_is_sent_twice_is_there_once(tmp_path: Path):
    once = await send(tmp_path, opened(), updated())
    assert once == await send(tmp_path, opened(), updated(), updated())


async def test_nothing_of_the_history_can_be_faked_by_a_name(tmp_path: Path):
    text = await send(tmp_path, opened(), recovered(2))
    assert 1 == text.count("\n## History\n")


async def test_a_folder_that_cannot_be_made_is_transient(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Transient, match="channel folder"):
        await FolderNotifier(tmp_path / "file").send(message(opened(), "folder"))


async def test_a_file_takes_no_comment_and_names_the_commands_instead(tmp_path):
    await FolderNotifier(tmp_path).send(message(opened(), "folder"))
    [file] = tmp_path.iterdir()
    text = file.read_text(encoding="utf-8")
    assert "comment" not in text
    assert re.search(r"- `coagent acknowledge \S+ --reason '…'`", text)
    assert re.search(r"- `coagent accept \S+ --reason '…'`", text)
