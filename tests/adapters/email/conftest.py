import pytest

from guerdon.adapters.email.render import MailRenderer


@pytest.fixture(scope="session")
def renderer() -> MailRenderer:
    return MailRenderer()
