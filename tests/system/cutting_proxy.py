"""A TCP proxy that loses answers on demand: requests still arrive, what comes back is thrown away."""

import socket
import threading


class CuttingProxy:
    """Stands between one client and a server on the loopback."""

    def __init__(self, server_address):
        host, port = server_address.rsplit(":", 1)
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._lose_answers = threading.Event()
        self._sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                inner, _ = self._listener.accept()
                outer = socket.create_connection(self._target)
            except OSError:
                return
            self._sockets += [inner, outer]
            threading.Thread(target=self._pump, args=(inner, outer, None), daemon=True).start()
            threading.Thread(target=self._pump, args=(outer, inner, self._lose_answers), daemon=True).start()

    @staticmethod
    def _pump(source, sink, lose):
        try:
            while data := source.recv(65536):
                if lose is None or not lose.is_set():
                    sink.sendall(data)
        except OSError:
            pass

    def lose_answers(self):
        """From now on nothing comes back to the client."""
        self._lose_answers.set()

    def cut(self):
        """Closes every connection."""
        self._listener.close()
        for each in self._sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()
