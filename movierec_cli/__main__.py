"""`movierec`, and python -m movierec_cli"""

import gc


def main() -> None:
    """Run the process's own command line."""
    gc.disable()  # what is loaded stays, and is not searched for garbage; cli.app.root turns it on
    from movierec_cli.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
