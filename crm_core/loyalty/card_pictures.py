"""The number of a card in a photograph: a QR code or a bar code, as a phone sees it."""

import io
import warnings
from typing import Final

import zxingcpp
from PIL import Image, ImageOps

from crm_core.kernel.errors import Invalid

MOST_PIXELS: Final = 50_000_000
LARGEST: Final = (2000, 2000)
"""More pixels than this make no code readable that was not, and take long."""


def read(picture: bytes) -> str:
    """The text of the code in a photograph (JPEG, PNG or WebP).

    Raises:
        Invalid: there is no code in it, there are several, or it is no picture.
    """
    found = {code.text.strip() for code in zxingcpp.read_barcodes(_opened(picture)) if code.text.strip()}
    if not found:
        raise Invalid("No code is to be seen in the picture. Hold the card closer, in good light.")
    if len(found) > 1:
        raise Invalid("Several codes are in the picture. Hold only the card of the member into it.")
    return found.pop()


def _opened(picture: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP"))
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("too large")
            upright = ImageOps.exif_transpose(opened).convert("L")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise Invalid("This is no picture that can be read. Take it again.") from error
    upright.thumbnail(LARGEST)
    return upright
