#!/usr/bin/env python3
"""codes_test.py FOLDER: the generator takes the tables as they are and refuses each kind of bad row."""
import os
import shutil
import subprocess
import sys
import tempfile

CODES = sys.argv[1]


def run(folder):
    header = os.path.join(folder, 'out.h')
    return subprocess.run([sys.executable, os.path.join(CODES, 'generate.py'), folder, header],
                          capture_output=True, text=True, check=False)


def broken(file, old, new):
    with tempfile.TemporaryDirectory() as folder:
        for name in os.listdir(CODES):
            if name.endswith('.tsv'):
                shutil.copy(os.path.join(CODES, name), folder)
        path = os.path.join(folder, file)
        with open(path, encoding='utf-8') as stream:
            text = stream.read()
        assert old in text, (file, old)
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(text.replace(old, new, 1))
        return run(folder)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name in os.listdir(CODES):
            if name.endswith('.tsv'):
                shutil.copy(os.path.join(CODES, name), folder)
        good = run(folder)
        assert good.returncode == 0, good.stderr
    cases = [
        ('loinc.tsv', '\tyes\n', '\tno\n', 'not verified'),
        ('loinc.tsv', '44249-1', '44249-2', 'check digit'),
        ('loinc.tsv', 'LA6571-9', 'LA6571-8', 'check digit'),
        ('snomed.tsv', '422587007', '422587008', 'check digit'),
        ('snomed.tsv', 'kap-facts 4.2 [VSAC]', '', 'no source'),
        ('rxnorm.tsv', 'ketamine\t', 'phq9-total\t', 'there twice'),
        ('hl7.tsv', '\tyes\n', '\n', 'columns'),
        ('items.tsv', 'phq9\t2', 'phq9\t3', 'without a gap'),
        ('rules.tsv', 'phq9-remission-5', 'phq9-response-50', 'there twice'),
        ('local_kap-phase.tsv', '\tpreparation\t', '\tjourney\t', 'there twice'),
    ]
    for file, old, new, expected in cases:
        result = broken(file, old, new)
        assert result.returncode != 0 and expected in result.stderr, (file, new, result.stderr)
        assert file + ':' in result.stderr, result.stderr
    print(f'{len(cases)} bad tables refused')


main()
