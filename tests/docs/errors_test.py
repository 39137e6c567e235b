"""Holds docs/reference/errors.md to the source: what the gateway says when it refuses stands there.

A reader looks for what the gateway said, so every text in a call that makes an error must be on the
page, word for word; numbers, names and paths between such texts are ... there. What only a mistake
of our own can bring about is in OWN_MISTAKES.
"""
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = (TOP / 'docs/reference/errors.md').read_text()
GATEWAY = TOP / 'gateway'
FILES = [path for room in ('access', 'base', 'http', 'intake', 'main', 'server', 'store/rules',
                          'store/sqlite')
         for path in sorted((GATEWAY / room).glob('*'))]
FILES += [GATEWAY / 'record' / name for name in ('record.cc', 'wire_reader.cc')]
FILES = [path for path in FILES if path.suffix in ('.cc', '.h') and path.stem not in
         # JSON is read inside the gateway only; its errors become issues or manifest refusals.
         ('json_document', 'json_reader', 'json_value', 'json_writer')]
MAKERS = re.compile(
    r'\b(absl::\w+Error|absl::Status|RetryLater|InvalidFields|Denied|Wrong|Mistake|WrongOverride|'
    r'Refuse|Violation|Stop|violations\.push_back|OneOf|Required)\s*\(')
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
OWN_MISTAKES = {
    'a claimed delivery is gone', 'a delivery row is gone', 'a list is of one tenant: name it',
    'a claim is of somebody: name its owner', 'an attempt cannot end in flight',
    # Of plug-ins' own small values, which the plug-in gets as a code.
    "a plug-in's value may have 1 MB at most", 'no value is kept under this key',
    # Never seen: the settings are checked before.
    'the log level must be one of debug, info, warning and error',
}


def call_at(text, start):
    """The arguments of a call whose opening bracket is at `start`."""
    depth, at = 0, start
    while at < len(text):
        literal = LITERAL.match(text, at)
        if literal:
            at = literal.end()
            continue
        depth += {'(': 1, ')': -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            break
    return text[start:at]


def texts_of(source):
    """The texts in calls that make errors; literals side by side are one text."""
    source = re.sub(r'^\s*//.*$', '', source, flags=re.MULTILINE)
    source = re.sub(r'"\s*\n\s*"', '', source)
    found = set()
    for match in MAKERS.finditer(source):
        for literal in LITERAL.findall(call_at(source, match.end() - 1)):
            text = literal.replace('\\"', '"').strip().lstrip("':;,) ")
            if text.count(' ') >= 2:
                found.add(text)
    return found


def plain(text):
    return ' '.join(text.replace('`', '').replace('\\|', '|').split())


def first_cells(heading):
    """What stands in backticks in the first column of the table under a heading."""
    section = PAGE.split(f'\n## {heading}\n')[1].split('\n## ')[0]
    rows = [line for line in section.splitlines() if line.startswith('|')]
    return {name for row in rows for name in re.findall(r'`([^`]+)`', row.split('|')[1])}


class ErrorsPageTest(unittest.TestCase):
    def test_every_text_of_an_error_is_on_the_page(self):
        page = plain(PAGE)
        count = 0
        for path in FILES:
            for text in sorted(texts_of(path.read_text()) - OWN_MISTAKES):
                count += 1
                with self.subTest(file=str(path.relative_to(TOP)), text=text):
                    self.assertIn(plain(text), page)
        self.assertGreater(count, 100, 'the test finds the texts')

    def test_what_is_called_an_own_mistake_is_still_said(self):
        said = set().union(*(texts_of(path.read_text()) for path in FILES))
        self.assertEqual(OWN_MISTAKES - said, set())

    def test_the_classes_are_those_that_deliveries_have(self):
        table = (TOP / 'docs/hospital-it/README.md').read_text()
        table = table.split('### What the causes mean')[1].split('And of a whole destination')[0]
        causes = set(re.findall(r'^\| `(\w+)` \|', table, re.MULTILINE))
        self.assertGreater(len(causes), 10)
        self.assertEqual(first_cells('Deliveries'), causes)

    def test_every_field_of_a_refusal_is_on_the_page(self):
        fields = set()
        for path in sorted((GATEWAY / 'plugin').glob('*.cc')):
            source = path.read_text()
            fields |= set(re.findall(r'\b(?:Refused|Refusal)\(\s*"([\w .]+)"', source))
            fields |= set(re.findall(r'\{"(\w+)", "[^"]+", Is\w+', source))
            fields |= set(re.findall(r'"(descriptor\.\w+)"', source))
            if re.search(r'Refused\(KGW_ENTRY_SYMBOL', source):
                fields.add('kgw_entry_v1')
            if 'Broken(' in source:
                self.assertIn('"library: expected', source)
        self.assertGreater(len(fields), 25, 'the test finds the fields')
        self.assertEqual(fields - first_cells('Plug-ins'), set())

    def test_exit_codes(self):
        codes = dict(re.findall(r'k(\w+) = (\d)', (GATEWAY / 'ctl/exit_code.h').read_text()))
        section = PAGE.split('\n## Exit codes\n')[1].split('`kapctl`')[1]
        self.assertEqual(re.findall(r'\| (\d) \|', section), sorted(codes.values()))


if __name__ == '__main__':
    unittest.main()
