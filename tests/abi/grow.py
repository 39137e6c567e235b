"""grow.py KGW_H OUT [STRUCT ...]: writes the header as a later minor version would have it.

The structs named are grown too although they never may: the mutant that the tests must catch.
"""
import pathlib
import sys

import header

source, out = map(pathlib.Path, sys.argv[1:3])
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(header.grown(source.read_text(encoding='utf-8'), sys.argv[3:]), encoding='utf-8')
