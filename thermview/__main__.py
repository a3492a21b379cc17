"""python -m thermview"""

from thermview.cli import main

if __name__ == "__main__":
    main()
