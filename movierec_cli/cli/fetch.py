"""movierec fetch"""


def fetch() -> None: ...
