"""python -m movierec_cli"""

from movierec_cli.cli.app import main

if __name__ == "__main__":
    main()
