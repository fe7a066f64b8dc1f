"""What TensorFlow says while it loads is shown only where loading fails."""

import os

import pytest

from movierec_cli.models import backend


@pytest.mark.parametrize(("error", "shown"), [(ImportError, "no AVX\n"), (KeyboardInterrupt, "")])
def test_messages_are_shown_where_loading_fails_but_not_after_ctrl_c(
    capfd: pytest.CaptureFixture[str], error: type[BaseException], shown: str
) -> None:
    with pytest.raises(error), backend._silence():
        os.write(2, b"no AVX\n")
        raise error
    assert capfd.readouterr().err == shown
