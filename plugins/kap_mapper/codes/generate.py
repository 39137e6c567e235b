#!/usr/bin/env python3
"""Turns the tables of this folder into one C++ header.

    generate.py FOLDER HEADER

Fails, naming file and line, on a row that is not verified, has no source, repeats a key, or whose
check digit is wrong: what is not in a table cannot be emitted, and what is doubtful cannot be in a
table.
"""
import csv
import glob
import os
import re
import sys

VERHOEFF_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
              [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
              [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
              [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
              [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
VERHOEFF_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
while len(VERHOEFF_P) < 8:
    VERHOEFF_P.append([VERHOEFF_P[-1][VERHOEFF_P[1][i]] for i in range(10)])


def snomed_ok(code):
    check = 0
    for i, digit in enumerate(reversed(code)):
        check = VERHOEFF_D[check][VERHOEFF_P[i % 8][int(digit)]]
    return check == 0


def mod10(digits):
    """LOINC's check digit over the number part."""
    reverse = digits[::-1]
    doubled = str(int(reverse[0::2]) * 2)
    total = sum(int(c) for c in reverse[1::2] + doubled)
    return -total % 10


def loinc_ok(code):
    number, check = code.split('-')
    if number.startswith('LA'):
        number = number[2:]
        return int(check) == (mod10(number) + (5 if len(number) % 2 == 0 else 2)) % 10
    return int(check) == mod10(number)


class Tables:
    def __init__(self, folder):
        self.folder = folder
        self.errors = []

    def rows(self, name):
        path = os.path.join(self.folder, name)
        with open(path, encoding='utf-8', newline='') as stream:
            reader = csv.DictReader(stream, delimiter='\t', quoting=csv.QUOTE_NONE)
            for row in reader:
                where = f'{name}:{reader.line_num}'
                if None in row or None in row.values():
                    self.errors.append(f'{where}: the row has not as many columns as the header')
                    continue
                if row['verified'] != 'yes':
                    self.errors.append(f'{where}: the row is not verified and cannot be used')
                if not row['source']:
                    self.errors.append(f'{where}: the row has no source')
                yield where, row

    def check_code(self, where, system, code):
        try:
            if system == 'http://loinc.org' and not loinc_ok(code):
                self.errors.append(f'{where}: wrong check digit in LOINC code {code}')
            if system == 'http://snomed.info/sct' and not snomed_ok(code):
                self.errors.append(f'{where}: wrong check digit in SNOMED CT code {code}')
        except ValueError:
            self.errors.append(f'{where}: {code} is not a code of {system}')


def literal(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def name_of(key):
    return 'k' + ''.join(part[:1].upper() + part[1:] for part in key.split('-'))


def codings(tables):
    """Every coding, local systems first, as (key, enums, system, code, display, local)."""
    files = sorted(os.path.basename(f) for f in glob.glob(os.path.join(tables.folder, '*.tsv')))
    local = [f for f in files if f.startswith('local_') and f != 'local_extensions.tsv']
    other = [f for f in files if f not in local and f not in
             ('local_extensions.tsv', 'items.tsv', 'rules.tsv', 'value_sets.tsv')]
    found, keys, pairs = [], set(), set()
    for file in local + other:
        for where, row in tables.rows(file):
            if row['key'] in keys:
                tables.errors.append(f'{where}: the key {row["key"]} is there twice')
            if file in local and (row['system'], row['code']) in pairs:
                tables.errors.append(f'{where}: the code {row["code"]} is there twice')
            if file in local and not row['definition']:
                tables.errors.append(f'{where}: a code of our own needs a definition')
            keys.add(row['key'])
            pairs.add((row['system'], row['code']))
            tables.check_code(where, row['system'], row['code'])
            found.append((row['key'], row['enum'].split(), row['system'], row['code'],
                          row['display'], file in local))
    return found


def write_codings(out, found):
    out.append('enum class Code : uint16_t {')
    out += [f'  {name_of(row[0])},' for row in found]
    out.append('};')
    out.append('inline constexpr CodeRow kCodeRows[] = {')
    out += [f'  {{{literal(r[2])}, {literal(r[3])}, {literal(r[4])}, {str(r[5]).lower()}}},'
            for r in found]
    out.append('};')
    by_enum = {}
    for row in found:
        for enum in row[1]:
            by_enum.setdefault(enum, []).append(row[0])
    out.append('inline constexpr Code kEnumCodeList[] = {')
    spans, at = [], 0
    for enum in sorted(by_enum):
        out.append('  ' + ' '.join(f'Code::{name_of(k)},' for k in by_enum[enum]))
        spans.append(f'  {{{literal(enum)}, {at}, {len(by_enum[enum])}}},')
        at += len(by_enum[enum])
    out.append('};')
    out.append('inline constexpr EnumCodes kEnumCodes[] = {')
    out += spans + ['};']


def write_value_sets(out, tables):
    texts, required = {}, []
    for where, row in tables.rows('value_sets.tsv'):
        texts[(row['enum'], row['value_set'])] = row['code']
    out.append('inline constexpr EnumText kEnumTexts[] = {')
    required = sorted(texts, key=lambda k: (k[0], k[1]))
    out += [f'  {{{literal(e)}, {literal(v)}, {literal(texts[(e, v)])}}},' for e, v in required]
    out.append('};')


def write_items(out, tables):
    by_instrument = {}
    for where, row in tables.rows('items.tsv'):
        items = by_instrument.setdefault(row['instrument'], [])
        if int(row['number']) != len(items) + 1:
            tables.errors.append(f'{where}: items are to be numbered from 1 without a gap')
        if row['link_id'].startswith('/'):
            tables.check_code(where, 'http://loinc.org', row['link_id'][1:])
        kind = {'score': 'kScore', 'difficulty': 'kDifficulty', 'pcl5': 'kPcl5',
                'yes_no': 'kYesNo'}[row['kind']]
        items.append(f'  {{{literal(row["link_id"])}, ItemKind::{kind}, {int(row["max"])}, '
                     f'{literal(row["text"])}}},')
    for instrument, items in by_instrument.items():
        out.append(f'inline constexpr ItemRow {name_of(instrument)}Items[] = {{')
        out += items + ['};']


def write_rules(out, tables):
    kinds = {'fall_percent': 'kFallPercent', 'below': 'kBelow', 'at_most': 'kAtMost',
             'at_least': 'kAtLeast', 'fall_points': 'kFallPoints',
             'fall_percent_and_at_most_9': 'kFallPercentAndAtMost9'}
    out.append('inline constexpr RuleRow kRules[] = {')
    seen = set()
    for where, row in tables.rows('rules.tsv'):
        if not re.fullmatch(r'[a-z0-9-]{1,64}', row['id']) or row['id'] in seen:
            tables.errors.append(f'{where}: the id is there twice or not of the form a-z0-9-')
        seen.add(row['id'])
        out.append(f'  {{{literal(row["id"])}, {literal(row["version"])}, '
                   f'RuleKind::{kinds[row["kind"]]}, Instrument::{name_of(row["instrument"])}, '
                   f'{int(row["value"])}, Code::{name_of(row["observation"])}, '
                   f'{literal(row["text"])}}},')
    out.append('};')


def main():
    folder, header = sys.argv[1], sys.argv[2]
    tables = Tables(folder)
    out = ['// Made by plugins/kap_mapper/codes/generate.py; not to be edited.',
           '#ifndef KGW_KAP_MAPPER_CODES_GEN_H_', '#define KGW_KAP_MAPPER_CODES_GEN_H_', '',
           '#include "code_rows.h"', '', 'namespace kgw::kap {', '']
    found = codings(tables)
    write_codings(out, found)
    write_value_sets(out, tables)
    write_items(out, tables)
    write_rules(out, tables)
    for _ in tables.rows('local_extensions.tsv'):
        pass
    out += ['', '}  // namespace kgw::kap', '', '#endif  // KGW_KAP_MAPPER_CODES_GEN_H_', '']
    if tables.errors:
        sys.exit('\n'.join(['codes/generate.py: the tables cannot be used:'] + tables.errors))
    with open(header, 'w', encoding='utf-8') as stream:
        stream.write('\n'.join(out))


if __name__ == '__main__':
    main()
