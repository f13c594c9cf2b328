"""One signed POST to an address inside the intranet. No proxy is asked, and no redirect is followed."""

import http.client
import socket
import ssl
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from service.settings import Network
from service.webhooks.model import allowed

_TIMEOUT = 5.0  # seconds


class SendError(Exception):
    """It was not taken; the message says in Chinese why."""


def send(url: str, body: bytes, headers: Mapping[str, str], networks: Sequence[Network]) -> None:
    """Raises SendError unless it is answered with 2xx."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    # The address that was looked at is the one that is connected to: a name may not lead elsewhere in between.
    address = _address(host, port, networks)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
    try:
        connection.sock = socket.create_connection((address, port), timeout=_TIMEOUT)
        if secure:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        connection.request("POST", target, body=body, headers=dict(headers))
        status = connection.getresponse().status
    except TimeoutError as error:
        raise SendError("对方没有及时应答") from error
    except ssl.SSLError as error:
        raise SendError(f"加密连接建立不了：{error.reason or type(error).__name__}") from error
    except (OSError, http.client.HTTPException) as error:
        raise SendError(f"连不上对方：{type(error).__name__}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise SendError(f"对方应答 {status}" + ("，转到别的地址的不跟过去" if 300 <= status < 400 else ""))


def _address(host: str, port: int, networks: Sequence[Network]) -> str:
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise SendError(f"查不到主机 {host}") from error
    if not found or not all(allowed(one, networks) for one in found):
        raise SendError(f"{host} 不在内网，不发送；确要发送，请在设置 TONGBAN_WEBHOOK_NETWORKS 里写明它的网段")
    return found[0]
