"""Writes, for build-profiles, the FSH of what the mapper's results point at.

Questionnaires come from the mapper's own table of items and codes, so that link ids, texts and answers
are those it emits; a PlanDefinition says in words which rule a result came of, and who says so.
"""
import csv

ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue'
PREFIX = 'http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix'
# What each kind of item of the mapper's table is answered with, by points (yes and no have none).
ANSWERS = {'score': ['score-0', 'score-1', 'score-2', 'score-3'],
           'difficulty': ['difficulty-0', 'difficulty-1', 'difficulty-2', 'difficulty-3'],
           'pcl5': ['pcl5-0', 'pcl5-1', 'pcl5-2', 'pcl5-3', 'pcl5-4'],
           'yes_no': ['yes', 'no']}
# An answer that is not there says why, by a coding without points.
ABSENT = ['absent-declined', 'absent-not-asked', 'absent-asked-unknown', 'absent-unknown']
# The official card of the C-SSRS screener: (item, asked when this one is yes).
ASKED_WHEN = {('cssrs', 3): 2, ('cssrs', 4): 2, ('cssrs', 5): 2, ('cssrs', 7): 6}
# Not to be left out: the item that asks about death and self-harm.
REQUIRED = {('phq9', 9)}


def table(path):
    with path.open(encoding='utf-8', newline='') as stream:
        return list(csv.DictReader(stream, delimiter='\t', quoting=csv.QUOTE_NONE))


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def head(kind, row, name, canonical):
    return [f'Instance: {row["id"]}', f'InstanceOf: {kind}', 'Usage: #definition',
            f'* url = "{canonical}/{kind}/{row["id"]}"', f'* version = "{row["version"]}"',
            f'* name = "{name}"', f'* title = {quoted(row["title"])}', '* status = #draft',
            '* experimental = false', '* publisher = "KAP Gateway contributors"']


def coding(row, canonical):
    system = row['system'] if '://' in row['system'] else f'{canonical}/CodeSystem/{row["system"]}'
    return f'{system}#{row["code"]} {quoted(row["display"])}'


def options(at, kind, codes, canonical):
    lines = []
    for points, key in enumerate(ANSWERS[kind]):
        option = f'{at}.answerOption[{points}]'
        lines.append(f'* {option}.valueCoding = {coding(codes[key], canonical)}')
        if kind in ('score', 'pcl5'):
            lines += [f'* {option}.extension[0].url = "{ORDINAL}"',
                      f'* {option}.extension[0].valueDecimal = {points}',
                      f'* {option}.extension[1].url = "{PREFIX}"',
                      f'* {option}.extension[1].valueString = "{points}"']
    return lines + [f'* {at}.answerOption[{len(ANSWERS[kind]) + n}].valueCoding = {coding(codes[key], canonical)}'
                    for n, key in enumerate(ABSENT)]


def asked_when(at, row, by_number, codes, canonical):
    before = ASKED_WHEN.get((row['instrument'], int(row['number'])))
    if before is None:
        return []
    return [f'* {at}.enableWhen[0].question = "{by_number[before]["link_id"]}"',
            f'* {at}.enableWhen[0].operator = #=',
            f'* {at}.enableWhen[0].answerCoding = {coding(codes["yes"], canonical)}']


def item(number, row, by_number, codes, canonical):
    at = f'item[{number}]'
    lines = [f'* {at}.linkId = "{row["link_id"]}"', f'* {at}.type = #choice']
    if row['link_id'].startswith('/'):
        lines.append(f'* {at}.code = http://loinc.org#{row["link_id"][1:]}')
    if row['text']:
        lines.append(f'* {at}.text = {quoted(row["text"])}')
    if (row['instrument'], int(row['number'])) in REQUIRED:
        lines.append(f'* {at}.required = true')
    return lines + asked_when(at, row, by_number, codes, canonical) + options(at, row['kind'], codes, canonical)


def instrument_fsh(form, items, codes, canonical):
    lines = head('Questionnaire', form, form['name'], canonical)
    lines += [f'* description = {quoted(form["description"])}', f'* copyright = {quoted(form["copyright"])}',
              '* subjectType = #Patient', f'* code = {coding(codes[form["panel"]], canonical)}']
    number = 0
    if form['stem']:
        lines += ['* item[0].linkId = "stem"', '* item[0].type = #display', f'* item[0].text = {quoted(form["stem"])}']
        number = 1
    by_number = {int(row['number']): row for row in items}
    for offset, row in enumerate(items):
        lines += item(number + offset, row, by_number, codes, canonical)
    return '\n'.join(lines) + '\n'


def exclusions_fsh(rules, answers, canonical):
    form = {'id': 'kap-exclusions', 'version': '1', 'title': 'Exclusions from ketamine'}
    lines = head('Questionnaire', form, 'KapExclusions', canonical)
    lines += ['* description = "What can exclude a patient from ketamine: each is asked for, and an answer that is '
              'not there says why. What it means for the patient a clinician decides."', '* subjectType = #Patient']
    for number, rule in enumerate(rules):
        at = f'item[{number}]'
        lines += [f'* {at}.linkId = "{rule["code"]}"', f'* {at}.type = #choice', f'* {at}.required = true',
                  f'* {at}.text = {quoted(rule["display"])}', f'* {at}.code = {coding(rule, canonical)}']
        lines += [f'* {at}.answerOption[{n}].valueCoding = {coding(answer, canonical)}'
                  for n, answer in enumerate(answers)]
    return '\n'.join(lines) + '\n'


def rule_fsh(row, text, canonical):
    name = ''.join(part.capitalize() for part in row['id'].split('-'))
    lines = head('PlanDefinition', row, name, canonical)
    lines += [f'* description = {quoted(text)}',
              '* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#eca-rule',
              '* relatedArtifact[0].type = #citation', f'* relatedArtifact[0].citation = {quoted(row["citation"])}']
    return '\n'.join(lines) + '\n'


def write(folder, source, tables, canonical):
    """Writes the files into `folder`; `source` is fhir-profiles/, `tables` the mapper's codes/."""
    codes = {row['key']: row for path in tables.glob('*.tsv') for row in table(path) if 'key' in row}
    items = table(tables / 'items.tsv')
    for form in table(source / 'questionnaires.tsv'):
        own = [row for row in items if row['instrument'] == form['instrument']]
        text = instrument_fsh(form, own, codes, canonical)
        (folder / f'questionnaire-{form["id"]}.fsh').write_text(text, encoding='utf-8')
    answers = [*table(tables / 'local_kap-answer.tsv'), codes['absent-not-asked']]
    text = exclusions_fsh(table(tables / 'local_kap-exclusion.tsv'), answers, canonical)
    (folder / 'questionnaire-kap-exclusions.fsh').write_text(text, encoding='utf-8')
    texts = {(row['id'], row['version']): row['text'] for row in table(tables / 'rules.tsv')}
    for row in table(source / 'rules.tsv'):
        text = row['text'] or texts[row['id'], row['version']]
        (folder / f'rule-{row["id"]}.fsh').write_text(rule_fsh(row, text, canonical), encoding='utf-8')
