from tests.web.conftest import demo_store, reader

__all__ = ["demo_store", "reader"]
