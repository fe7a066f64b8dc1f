"""What an object store answers where it does not do what it was asked, in words for the user."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from obstore import exceptions

from movierec_cli.errors import MovieRecError, UnreachableError

_REASONS = {
    "connection refused": "the connection is refused",
    "dns error": "there is no such host",
    "timedout": "it took too long",
    "certificate": "its certificate is not trusted",
    "corrupt message": "it does not speak https",
}
_CUT = "the connection was cut"
_IS_CUT = re.compile(r"clos|reset|pipe|incomplete|body|eof|sending request", re.IGNORECASE)
_UNKNOWN = "it cannot be asked"
_WHERE = {
    "s3": "Where it is looked for: AWS_REGION and AWS_ENDPOINT_URL.",
    "gs": "Where it is looked for: Google Cloud Storage.",
    "az": "Where it is looked for: the account that AZURE_STORAGE_ACCOUNT_NAME names.",
}
_WHO = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine's role, and AWS_REGION",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, or the machine's service account",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or the machine's identity",
}
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_PAIR = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_SENT = (*_PAIR, "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION")
"""What is sent with each request, where a line break cannot be."""


def check_settings(address: str) -> None:
    """Raise MovieRecError for settings of the environment with which nothing can be asked.

    An endpoint that is empty is none. What may be a secret is not shown.
    """
    for name in _ENDPOINTS:
        given = os.environ.get(name)
        if given == "":
            del os.environ[name]
        elif given is not None and not _is_endpoint(given):
            shown = "what it holds" if "@" in given else repr(given)
            raise MovieRecError(
                f"{name} must be the address of an object store, and {shown} is not one.",
                f"For example: export {name}=http://127.0.0.1:9000. Without one it is Amazon's: unset {name}",
            )
    for name in _SENT:
        if not os.environ.get(name, "").isprintable():
            raise MovieRecError(
                f"{name} has a line break or another character in it that cannot be sent.",
                f"Set it anew: export {name}=...",
            )
    missing = [name for name in _PAIR if not os.environ.get(name)]
    if address.startswith("s3:") and len(missing) == 1:
        (other,) = {*_PAIR} - {*missing}
        raise MovieRecError(
            f"{other} is set, and {missing[0]} is not.", f"Set both, or neither. {_who(address)}"
        )


def _is_endpoint(given: str) -> bool:
    try:
        parts = urlsplit(given)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number, or too high a one
        return False


@contextmanager
def in_words(address: str, bucket: str, name: str) -> Iterator[None]:
    """Say what an object store answers as an error of the system, or as one for the user.

    Its own words may hold keys and tokens: nothing of them is shown but the code of the answer.
    """
    try:
        yield
    except (FileNotFoundError, exceptions.BaseError) as error:
        told = str(error)
        if re.search(r"NoSuchBucket|ContainerNotFound|bucket does not exist", told):
            raise _no_bucket(address, bucket) from None
        if isinstance(error, FileNotFoundError):
            raise FileNotFoundError(errno.ENOENT, "there is no such object", name) from None
        raise _unreachable(address, told, error) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of Rust, and no Exception of Python's
            told = f"{_who(address)} {_where(address)}"
            raise UnreachableError(f"{address} cannot be asked.", told) from None
        raise


def _no_bucket(address: str, bucket: str) -> UnreachableError:
    """The bucket is not there."""
    return UnreachableError(
        f"There is no bucket {bucket} for {address}.", f"Create it, or name another. {_where(address)}"
    )


def _unreachable(address: str, told: str, error: Exception) -> UnreachableError:
    """What else may be wrong. told: the answer, of which nothing but its code is shown."""
    answer = re.search(r"status code: (\d{3}[A-Za-z ]*)", told)
    code = re.search(r"<Code>(\w+)</Code>", told)
    reason = " ".join(found[1].strip() for found in (answer, code) if found)
    refused = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)
    if isinstance(error, refused) or reason[:3] in {"400", "401", "403"}:
        return UnreachableError(f"{address} refuses access: {reason or 'no reason given'}.", _who(address))
    if re.search(r"/latest/(api|meta-data)|metadata\.google|[Cc]redential", told):
        return no_credentials(address)
    reason = reason or next((why for mark, why in _REASONS.items() if mark in told.lower()), "")
    reason = reason or (_CUT if _IS_CUT.search(told) else _UNKNOWN)
    return UnreachableError(f"{address} does not answer: {reason}.", f"Try again later. {_where(address)}")


def no_object_store(address: str) -> UnreachableError:
    """Something else answers, such as a web page."""
    return UnreachableError(
        f"{address} cannot be read: what answers there is no object store.",
        f"{_where(address)} MinIO's own pages are at another port than its objects, which are at 9000.",
    )


def no_credentials(address: str) -> UnreachableError:
    """Nobody says who asks."""
    return UnreachableError(f"No credentials were found for {address}.", _who(address))


def _where(address: str) -> str:
    return _WHERE[address[:2]]


def _who(address: str) -> str:
    return f"Check who you are there ({_WHO[address[:2]]}), and what you may do in the bucket."
