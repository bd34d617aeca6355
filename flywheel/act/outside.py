"""Requests that leave the house: only to named hosts, only to public addresses, never by a redirect.

The host is resolved once, every address it has is judged, and the request goes to the address that was judged: what
the name says a moment later (DNS rebinding) does not matter.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from flywheel.errors import PermanentError

_HTTPS, _HTTP = "https", "http"
_PORTS = {_HTTPS: 443, _HTTP: 80}
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Sequence[str]]


class Target(NamedTuple):
    """Where a request goes: the host as it is named, and the address that was judged."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def url(self) -> str:
        """Return the URL with the address in place of the name."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def named(self) -> str:
        """Return the host as the request's `Host` header names it."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


def looked_up(host: str, port: int) -> Sequence[str]:
    """Return every address of a host; raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def permitted(url: str, hosts: Sequence[str], inside: Sequence[str]) -> tuple[str, str, int, str]:
    """Return (scheme, host, port, path) of a URL that may be asked; raises PermanentError for any other.

    `hosts` are the names that may be asked over https; `inside` are `host:port` of our own network, over http too.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", _port(parts.port, parts.scheme)
    if parts.username or parts.password:
        raise PermanentError("An address with a password in it is not asked: use a secret of the channel.")
    ours = f"{host}:{port}" in inside
    if parts.scheme != _HTTPS and not (ours and parts.scheme == _HTTP):
        raise PermanentError(f"{host!r} is asked over https only, unless `inside` lists {host}:{port}.")
    if host not in hosts and not ours:
        raise PermanentError(f"{host!r} is not among the hosts that this channel may ask: {', '.join(hosts)}.")
    path = parts.path or "/"
    return parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path


def aimed(url: str, hosts: Sequence[str], inside: Sequence[str], lookup: Lookup = looked_up) -> Target:
    """Return where to send a request for a URL; raises PermanentError where it may not go, OSError for an unknown name.

    Every address of the name must be public, also those that wrap an IPv4 address (mapped, 6to4, Teredo, NAT64): a
    name that has one inner address among others is refused.
    """
    scheme, host, port, path = permitted(url, hosts, inside)
    found = list(dict.fromkeys(lookup(host, port)))
    if not found:
        raise OSError(f"{host} has no address")
    if f"{host}:{port}" not in inside and not all(is_public(one) for one in found):
        raise PermanentError(f"{host!r} points into a network that is not public: nothing is sent there.")
    return Target(scheme, host, port, path, found[0])


def is_public(address: str) -> bool:
    """Return whether anybody on the internet may have this address; what it wraps must be public too."""
    given = ip_address(address.partition("%")[0])
    return all(one.is_global and not (one.is_multicast or one.is_reserved) for one in (given, *_wrapped(given)))


def _wrapped(given: Address) -> list[Address]:
    if isinstance(given, IPv4Address):
        return []
    inner: list[Address | None] = [given.ipv4_mapped, given.sixtofour, *(given.teredo or ())]
    if any(given in network for network in _NAT64):
        inner.append(IPv4Address(int(given) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


def _port(port: int | None, scheme: str) -> int:
    return port if port is not None else _PORTS.get(scheme, 0)
