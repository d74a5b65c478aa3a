"""`python -m tests.bench`. Apart from `measure`, because worker processes do not import a package's main module."""

from tests.bench.measure import main

if __name__ == "__main__":
    main()
