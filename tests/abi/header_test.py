"""header_test.py KGW_H: the header of today declares what the one of 0.9 did, or more."""
import pathlib
import re
import sys
import unittest

import header

TODAY = pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')
EARLIER = (pathlib.Path(__file__).resolve().parent / 'kgw_0_9.h').read_text(encoding='utf-8')


class HeaderTest(unittest.TestCase):
    def test_today_breaks_nothing(self):
        self.assertEqual(header.breaks(EARLIER, TODAY), [])

    def test_every_declaration_is_seen(self):
        self.assertEqual(len(header.structs(EARLIER)), EARLIER.count('typedef struct '))
        self.assertEqual(len(header.structs(EARLIER)['kgw_call']), 11)
        self.assertEqual(set(header.numbers(EARLIER)),
                         set(re.findall(r'(KGW_[A-Z_]+) = ', EARLIER)))
        for name, members in header.structs(EARLIER).items():
            if name not in header.FIXED:
                self.assertEqual(members[0], 'uint32_t struct_size', name)

    def test_growth_breaks_nothing(self):
        grown = header.grown(TODAY)
        self.assertEqual(header.breaks(EARLIER, grown), [])
        self.assertEqual(header.minor(grown), header.minor(TODAY) + 1)
        growable = [name for name in header.structs(TODAY) if name not in header.FIXED]
        self.assertEqual([name for name, members in header.structs(grown).items()
                          if members[-1] == 'uint64_t later'], growable)

    def test_what_breaks_plugins_is_found(self):
        for old, new in (('  int64_t deadline_monotonic_ns;', ''),
                         ('  uint32_t header_count;\n  kgw_slice method;',
                          '  kgw_slice method;\n  uint32_t header_count;'),
                         ('  int64_t timeout_ms;', '  int32_t timeout_ms;'),
                         ('  KGW_ABORTED = 10,', '  KGW_ABORTED = 11,'),
                         ('  KGW_DATA_LOSS = 15,\n', ''),
                         ('"kgw.mapper/1"', '"kgw.mapper/2"'),
                         ('#define KGW_ABI_MAJOR 1u', '#define KGW_ABI_MAJOR 2u'),
                         ('(void* self, const kgw_call* call)', '(const kgw_call* call)'),
                         ('\n} kgw_state;', '\n} kgw_states;')):
            with self.subTest(new):
                self.assertIn(old, EARLIER)
                self.assertNotEqual(header.breaks(EARLIER, EARLIER.replace(old, new)), [])
        for name in header.FIXED:
            self.assertEqual(header.breaks(EARLIER, header.grown(EARLIER, [name])),
                             [f'{name} has grown'])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
