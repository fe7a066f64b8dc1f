"""What an object store answers where it does not do what it was asked, in words for the user."""

import re

from obstore import exceptions

from movierec_cli.errors import UnreachableError

_REASONS = {
    "connection refused": "the connection is refused",
    "dns error": "there is no such host",
    "timedout": "it took too long",
    "certificate": "its certificate is not trusted",
}
_CUT = "the connection was cut"
_WHERE = "Where it is looked for: AWS_REGION and AWS_ENDPOINT_URL, or what your cloud has in their place."
_WHO = (
    "Check who you are there (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, the machine's role, "
    "or what your cloud has in their place), what you may do in the bucket, and AWS_REGION."
)


def no_bucket(address: str, bucket: str) -> UnreachableError:
    """The bucket is not there."""
    return UnreachableError(
        f"There is no bucket {bucket} for {address}.", f"Create it, or name another. {_WHERE}"
    )


def unreachable(address: str, told: str, error: Exception) -> UnreachableError:
    """What else may be wrong. told: the answer, of which nothing but its code is shown."""
    answer = re.search(r"status code: (\d{3}[A-Za-z ]*)", told)
    code = re.search(r"<Code>(\w+)</Code>", told)
    reason = " ".join(found[1].strip() for found in (answer, code) if found)
    refused = (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)
    if isinstance(error, refused) or reason[:3] in {"400", "401", "403"}:
        return UnreachableError(f"{address} refuses access: {reason or 'no reason given'}.", _WHO)
    if re.search(r"/latest/(api|meta-data)|metadata\.google|[Cc]redential", told):
        return no_credentials(address)
    reason = reason or next((why for mark, why in _REASONS.items() if mark in told.lower()), _CUT)
    return UnreachableError(f"{address} does not answer: {reason}.", f"Try again later. {_WHERE}")


def no_credentials(address: str) -> UnreachableError:
    """Nobody says who asks."""
    return UnreachableError(f"No credentials were found for {address}.", _WHO)
