"""Messages go to public addresses only, however an address is written and whatever a name server says."""

import socket
from collections.abc import Sequence

import pytest

from servicedesk.sending.addresses import AddressError, Resolve, find_target, system_resolve
from servicedesk.sending.http import Sender
from tests.make_webhooks import receiver

PUBLIC = "93.184.215.14"


def says(*addresses: str) -> Resolve:
    """A name server that knows one answer."""

    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


def code_of(url: str, resolve: Resolve = system_resolve, *, loopback_allowed: bool = False) -> str:
    with pytest.raises(AddressError) as refused:
        find_target(url, loopback_allowed=loopback_allowed, resolve=resolve)
    return refused.value.code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "１２７.0.0.1",
        "localhost",
        "localhost.",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "[ff02::1]",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
def test_an_address_inside_is_refused_however_it_is_written(host: str) -> None:
    assert code_of(f"https://{host}/hook") == "forbidden_address"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://",
        "https:///path",
        "https://user:password@example.org/",
        "https://user@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/\r\nHost: inside",
        "https://example.org/a b",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://[fe80::1%25eth0]/",
        "https://example.org/#part",
        "https://" + "a" * 300 + ".org/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    assert code_of(url, says(PUBLIC)) == "bad_url"


def test_a_public_name_is_pinned_to_the_address_it_has_now() -> None:
    target = find_target("https://hooks.example.org/a?b=c", loopback_allowed=False, resolve=says(PUBLIC))
    assert (target.host, target.port, target.path, target.address) == ("hooks.example.org", 443, "/a?b=c", PUBLIC)
    other = find_target("https://例子.example.org:8443", loopback_allowed=False, resolve=says(PUBLIC))
    assert other.host_header == "xn--fsqu00a.example.org:8443"


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%2"])
def test_one_inner_address_among_public_ones_is_enough_to_refuse(inside: str) -> None:
    assert code_of("https://hooks.example.org/", says(PUBLIC, inside)) == "forbidden_address"


def test_plain_http_is_refused_but_to_this_machine_where_that_is_allowed() -> None:
    assert code_of("http://hooks.example.org/", says(PUBLIC)) == "not_https"
    assert code_of("http://hooks.example.org/", says(PUBLIC), loopback_allowed=True) == "not_https"
    assert code_of("http://inside.example.org/", says("10.0.0.1"), loopback_allowed=True) == "not_https"
    assert code_of("https://inside.example.org/", says("10.0.0.1"), loopback_allowed=True) == "forbidden_address"
    assert find_target("http://localhost:8000/x", loopback_allowed=True, resolve=says("127.0.0.1")).port == 8000


def test_a_name_nobody_knows_is_said_to_be_unknown() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert code_of("https://nobody.example.org/", unknown) == "no_such_host"
    assert code_of("https://nobody.example.org/", says()) == "no_such_host"


def test_a_name_that_changes_its_meaning_is_asked_once_and_the_connection_goes_to_that_answer() -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        # At the second question it would name an address where nothing listens.
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    with receiver() as hook:
        url = hook.url.replace("127.0.0.1", "rebinding.example.org")
        answer = Sender(loopback_allowed=True, resolve=rebinding)(url, b"{}", {})
        assert answer.is_delivered
        assert hook.got[0][0]["host"].startswith("rebinding.example.org:")
    assert asked == ["rebinding.example.org"]


def test_a_name_that_turns_inward_between_two_messages_is_refused_at_the_second() -> None:
    answers = [says("127.0.0.1"), says("169.254.169.254")]
    with receiver() as hook:
        sent = [Sender(loopback_allowed=True, resolve=each)(hook.url, b"{}", {}) for each in answers]
    assert [answer.error for answer in sent] == ["", "not_https"]
    assert len(hook.got) == 1
