"""A client's connection that is opened again when the other side has gone."""

import http.client
import socket


class Connection:
    """One thread's connection. Never retries by itself: the caller knows whether it may."""

    def __init__(self, address, timeout=30):
        self._host, port = address.rsplit(":", 1)
        self._port = int(port)
        self._timeout = timeout
        self._connection = None

    def post(self, path, body, headers):
        """As `send`."""
        return self.send("POST", path, body, headers)

    def send(self, method, path, body, headers):
        """Returns (status, headers, body); raises OSError when there is no answer."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
                self._connection.connect()
                self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise OSError(str(error)) from error

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None
