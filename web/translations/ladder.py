"""The texts of the exercise ladder's file, for the catalogues."""

from collections.abc import Collection, Iterator, Mapping
from typing import IO

from monitor.coach.ladder.reading import texts_of

Text = tuple[int, None, str, list[str]]


def texts(
    file: IO[bytes], _keywords: Mapping[str, object], _tags: Collection[str], _options: Mapping[str, object]
) -> Iterator[Text]:
    """Yield every text that is said to people, as Babel wants it of an extractor."""
    for text in texts_of(file.read().decode()):
        yield 0, None, text, []
