"""What runs in the benchmark's own environment: it prints the ratios, and writes what it measured for the plot."""

import json
import sys
from pathlib import Path

from bench import against, growing


def main(result: Path) -> None:
    """Measure, print, and write `result`."""
    compared = against.compare()
    row_after_row = compared[against.ROWS]
    print(f"One table of 200 rows, {against.DEALS:,} deals, the same answers. Calls a second, and how many times")
    print("the compiled expression that asks row after row:")
    for name, calls in compared.items():
        print(f"  {calls:>10,.0f}  {calls / row_after_row:>5.1f}  {name}")
    grown = growing.growth()
    print("\nPrograms of more and more rules. How long one evaluation takes, as times that of 10 rules:")
    print(f"  {'rules':>8}" + "".join(f"{size:>8}" for size in growing.SIZES))
    for choose, by_size in grown.items():
        ratios = (by_size[str(growing.SIZES[0])] / calls for calls in by_size.values())
        print(f"  {choose:>8}" + "".join(f"{ratio:>8.2f}" for ratio in ratios))
    result.write_text(json.dumps({"compared": compared, "grown": grown}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
