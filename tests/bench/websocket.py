"""A browser without a screen: talks to Streamlit as its own front end does, and measures the answers."""

import time
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

SECONDS = 60


class Tab:
    """One open tab of a browser.

    Args:
        address: of the app, without a path.
        cookie: the sign-in, if any.
    """

    def __init__(self, address: str, cookie: str = "") -> None:
        self.connection = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=Origin(address),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": f"rapport={cookie}"} if cookie else {},
            max_size=None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def show(self, page: str = "", query: str = "") -> tuple[float, int]:
        """Run a page from its first line to its last; milliseconds until the end arrived, and bytes received.

        Raises:
            RuntimeError: the page showed an exception, or did not end.
        """
        rerun = BackMsg()
        rerun.rerun_script.page_name = page
        rerun.rerun_script.query_string = query
        received = 0
        begun = time.perf_counter()
        self.connection.send(rerun.SerializeToString())
        while time.perf_counter() - begun < SECONDS:
            answer = self.connection.recv(timeout=SECONDS)
            assert isinstance(answer, bytes)
            received += len(answer)
            message = ForwardMsg()
            message.ParseFromString(answer)
            if message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(f"The page {page!r} failed: {message.delta.new_element.exception.message}")
            if message.WhichOneof("type") == "script_finished":
                return (time.perf_counter() - begun) * 1000, received
        raise RuntimeError(f"The page {page!r} did not end.")
