from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.store import Reader
from tests.web import demo
from web import Config, create_app


@dataclass(frozen=True)
class Demo:
    path: Path
    ids: dict[str, str]


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    path = tmp_path_factory.mktemp("demo") / "medius.db"
    return Demo(path, demo.fill(path))


@pytest.fixture
def reader(demo_store: Demo) -> Iterator[Reader]:
    with Reader.open(demo_store.path) as opened:
        yield opened


@pytest.fixture
def app(demo_store: Demo) -> Iterator[Flask]:
    made = create_app(Config(str(demo_store.path)))
    yield made
    made.extensions["medius.source"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
