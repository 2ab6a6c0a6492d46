"""Downloads: a local server that is sound, corrupt, cut off or empty; nothing is ever half read or half written."""

from __future__ import annotations

import gzip
import hashlib
import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.errors import InputError
from neurosim.tasks import fetching
from neurosim.tasks.fetching import CorruptFileError, RemoteData, RemoteFile, fetch, read_remote, verified_content
from neurosim.tasks.images28 import load_images
from tests.tasks.test_idx import write_idx

CONTENT = bytes(range(256)) * 40
NAME = "letters-idx3-ubyte.gz"
FILE = RemoteFile(NAME, hashlib.sha256(CONTENT).hexdigest())
SOUND = gzip.compress(CONTENT)
OTHER = gzip.compress(CONTENT[:-1] + b"?")


class Server:
    """Serves bytes by path and remembers what was asked for."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.promised_more: set[str] = set()
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                body = outer.bodies.get(self.path)
                if body is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body) + 1000 * (self.path in outer.promised_more)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def server(running: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Give an empty server, an empty cache and no folder of data; proxies are not asked."""
    running.bodies.clear()
    running.asked.clear()
    running.promised_more.clear()
    monkeypatch.setenv("NEUROSIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NEUROSIM_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return running


def data_of(server: Server, *mirrors: str) -> RemoteData:
    return RemoteData("letters", (FILE,), tuple(server.address + mirror for mirror in mirrors))


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_sound_file_is_fetched_once_and_kept(server: Server, tmp_path: Path) -> None:
    """The second reading needs no network; the cache holds the one file and nothing else."""
    server.bodies["/a/" + NAME] = SOUND
    data = data_of(server, "a/")
    assert read_remote(data, FILE) == CONTENT
    assert read_remote(data, FILE) == CONTENT
    assert server.asked == ["/a/" + NAME]
    assert files_below(tmp_path) == [f"cache/data/letters/{NAME}"]
    assert (tmp_path / "cache/data/letters" / NAME).read_bytes() == SOUND


@pytest.mark.parametrize("level", [0, 1, 9])
def test_a_file_compressed_anew_is_accepted(server: Server, level: int) -> None:
    """What counts is the content, not how it was packed."""
    server.bodies["/a/" + NAME] = gzip.compress(CONTENT, level, mtime=level)
    assert server.bodies["/a/" + NAME] != SOUND
    assert read_remote(data_of(server, "a/"), FILE) == CONTENT


BROKEN = {
    "missing": None,
    "wrong content": OTHER,
    "cut off": SOUND[: len(SOUND) // 2],
    "an error page": b"<html>moved</html>",
    "empty": b"",
    "not compressed": CONTENT,
    "a flipped bit": SOUND[:60] + bytes([SOUND[60] ^ 4]) + SOUND[61:],
    "something behind": SOUND + b"tail",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_mirror_is_passed_over(server: Server, tmp_path: Path, what: str) -> None:
    """The next mirror is asked, and what the broken one sent is nowhere."""
    if BROKEN[what] is not None:
        server.bodies["/bad/" + NAME] = BROKEN[what]
    server.bodies["/good/" + NAME] = SOUND
    assert read_remote(data_of(server, "bad/", "good/"), FILE) == CONTENT
    assert server.asked == ["/bad/" + NAME, "/good/" + NAME]
    assert files_below(tmp_path) == [f"cache/data/letters/{NAME}"]


@pytest.mark.parametrize("what", BROKEN)
def test_without_a_sound_mirror_nothing_is_left(server: Server, tmp_path: Path, what: str) -> None:
    """One line says what was tried and what would help."""
    if BROKEN[what] is not None:
        server.bodies["/bad/" + NAME] = BROKEN[what]
    with pytest.raises(
        InputError, match=r"no sound copy of letters.*set NEUROSIM_DATA to a folder that holds"
    ) as caught:
        read_remote(data_of(server, "bad/"), FILE)
    assert "\n" not in str(caught.value) and server.address in str(caught.value)
    assert files_below(tmp_path) == []


def test_a_connection_that_breaks_is_a_broken_mirror(server: Server, tmp_path: Path) -> None:
    """Fewer bytes than promised, though the file itself would be sound up to there."""
    server.bodies["/bad/" + NAME] = SOUND[:-20]
    server.promised_more.add("/bad/" + NAME)
    with pytest.raises(InputError, match="no sound copy"):
        read_remote(data_of(server, "bad/"), FILE)
    assert files_below(tmp_path) == []


def test_nobody_listening_is_one_line(server: Server) -> None:
    """A refused connection is the user's network, not a traceback."""
    nowhere = RemoteData("letters", (FILE,), ("http://127.0.0.1:9/",))
    with pytest.raises(InputError, match="no sound copy") as caught:
        read_remote(nowhere, FILE)
    assert "\n" not in str(caught.value)


def test_the_users_folder_comes_first(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound copy there needs neither cache nor network."""
    own = tmp_path / "own" / "letters"
    own.mkdir(parents=True)
    (own / NAME).write_bytes(SOUND)
    monkeypatch.setenv("NEUROSIM_DATA", str(tmp_path / "own"))
    assert read_remote(data_of(server, "a/"), FILE) == CONTENT
    assert fetch(data_of(server, "a/"), progress=False) == [own / NAME]
    assert server.asked == []


def test_a_corrupt_file_of_the_user_is_fetched_again_with_a_warning(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's file stays as it is; the sound one comes into the cache, and its place is what is reported."""
    own = tmp_path / "own" / "letters"
    own.mkdir(parents=True)
    (own / NAME).write_bytes(SOUND[:100])
    monkeypatch.setenv("NEUROSIM_DATA", str(tmp_path / "own"))
    server.bodies["/a/" + NAME] = SOUND
    with pytest.warns(UserWarning, match="damaged or incomplete.*fetching it again"):
        assert read_remote(data_of(server, "a/"), FILE) == CONTENT
    assert (own / NAME).read_bytes() == SOUND[:100]
    cached = tmp_path / "cache/data/letters" / NAME
    with pytest.warns(UserWarning):
        assert fetch(data_of(server, "a/"), progress=False) == [cached]
    assert server.asked == ["/a/" + NAME]


def test_a_corrupt_file_in_the_cache_is_replaced(server: Server, tmp_path: Path) -> None:
    """And afterwards all is quiet."""
    cached = tmp_path / "cache/data/letters" / NAME
    cached.parent.mkdir(parents=True)
    cached.write_bytes(OTHER)
    server.bodies["/a/" + NAME] = SOUND
    with pytest.warns(UserWarning, match="wrong content"):
        assert read_remote(data_of(server, "a/"), FILE) == CONTENT
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_remote(data_of(server, "a/"), FILE) == CONTENT


def test_a_corrupt_file_survives_where_nothing_better_can_be_had(server: Server, tmp_path: Path) -> None:
    """It is not read, but not deleted either: it may be the user's only trace of where it came from."""
    cached = tmp_path / "cache/data/letters" / NAME
    cached.parent.mkdir(parents=True)
    cached.write_bytes(SOUND[:-1])
    with pytest.warns(UserWarning), pytest.raises(InputError):
        read_remote(data_of(server, "a/"), FILE)
    assert files_below(tmp_path) == [f"cache/data/letters/{NAME}"]


def test_a_cache_that_cannot_be_written_is_one_line(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache's place is below a regular file."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NEUROSIM_CACHE", str(tmp_path / "file" / "cache"))
    server.bodies["/a/" + NAME] = SOUND
    with pytest.raises(InputError, match="no sound copy"):
        read_remote(data_of(server, "a/"), FILE)


@pytest.mark.parametrize("length", [0, 1, 10, 100, len(SOUND) - 9, len(SOUND) - 1])
def test_every_partial_file_is_noticed(tmp_path: Path, length: int) -> None:
    """From nothing to all but the last byte."""
    (tmp_path / NAME).write_bytes(SOUND[:length])
    with pytest.raises(CorruptFileError):
        verified_content(tmp_path / NAME, FILE)


def test_folders_are_searched_in_the_stated_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's folder, then the cache; each with a folder for the data set."""
    monkeypatch.setenv("NEUROSIM_DATA", str(tmp_path / "own"))
    monkeypatch.setenv("NEUROSIM_CACHE", str(tmp_path / "cache"))
    assert fetching.data_folders("mnist") == (tmp_path / "own/mnist", tmp_path / "cache/data/mnist")
    monkeypatch.delenv("NEUROSIM_DATA")
    assert fetching.data_folders("mnist") == (tmp_path / "cache/data/mnist",)


def test_a_small_image_set_becomes_a_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four IDX files become parts: pixels divided by 255, rows numbered through, the official test set at the end."""
    rng = np.random.default_rng(2)
    arrays = [
        rng.integers(0, 256, (60, 28, 28)),
        np.arange(60) % 10,
        rng.integers(0, 256, (20, 28, 28)),
        np.arange(20) % 10,
    ]
    names = ("train-x.gz", "train-y.gz", "test-x.gz", "test-y.gz")
    (tmp_path / "small").mkdir()
    files = []
    for name, array in zip(names, arrays, strict=True):
        content = write_idx(array.astype(np.uint8))
        (tmp_path / "small" / name).write_bytes(gzip.compress(content))
        files.append(RemoteFile(name, hashlib.sha256(content).hexdigest()))
    monkeypatch.setenv("NEUROSIM_DATA", str(tmp_path))
    for name, n in (("N_POOL", 60), ("N_VALIDATION", 20), ("N_RESERVE", 10)):
        monkeypatch.setattr(f"neurosim.tasks.images28.{name}", n)
    split = load_images(0, 10, data=RemoteData("small", tuple(files), ()))
    assert split.test.index.tolist() == list(range(60, 80))
    assert split.test.X.dtype == np.float32
    assert np.array_equal(np.round(split.test.X * 255), arrays[2])
    assert len(split.validation) == 20 and sorted(split.train.labels.tolist()) == list(range(10))
    assert np.array_equal(np.round(split.train.X * 255), arrays[0][split.train.index])
