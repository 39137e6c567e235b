#!/usr/bin/env python3
"""Makes r4_tables.cc, the element tables of base R4, from HL7's package hl7.fhir.r4.core.

usage: generate_tables.py PACKAGE.tgz r4_tables.h OUT.cc

Reads the StructureDefinitions of all resources and datatypes (not of profiles) and the value sets
that required bindings name, as far as the package lets their codes be listed. The same package
gives the same bytes.
"""
import json
import re
import sys
import tarfile

NONE = 0xFFFF
MASK = (1 << 64) - 1


def hash_of(name):
    """The same as HashOf in r4_tables.h."""
    p, n = name, len(name)
    front = back = 0
    if n >= 8:
        front, back = int.from_bytes(p[:8], 'little'), int.from_bytes(p[-8:], 'little')
    elif n >= 4:
        front, back = int.from_bytes(p[:4], 'little'), int.from_bytes(p[-4:], 'little')
    elif n > 0:
        front, back = p[0], p[n // 2] << 8 | p[n - 1]
    mixed = ((front ^ ((back << 29 | back >> 35) & MASK)) + n) & MASK
    return mixed * 0x9E3779B97F4A7C15 & MASK


def hash_table(names):
    """Returns (bits, places): open addressing, at most half full."""
    bits = 1
    while (1 << bits) < 2 * len(names):
        bits += 1
    places = [NONE] * (1 << bits)
    for index, name in enumerate(names):
        place = hash_of(name.encode()) >> (64 - bits)
        while places[place] != NONE:
            place = (place + 1) & ((1 << bits) - 1)
        places[place] = index
    return bits, places


class Pool:
    """All names in one run of bytes, each once."""

    def __init__(self):
        self.data = bytearray()
        self.known = {}

    def add(self, text):
        raw = text.encode()
        if raw not in self.known:
            self.known[raw] = len(self.data)
            self.data += raw
        return self.known[raw], len(raw)


class Package:
    def __init__(self, path):
        self.structures, self.value_sets, self.code_systems = {}, {}, {}
        with tarfile.open(path) as archive:
            for member in archive:
                name = member.name.rsplit('/', 1)[-1]
                if not name.startswith(('StructureDefinition-', 'ValueSet-', 'CodeSystem-')):
                    continue
                item = json.load(archive.extractfile(member))
                if item['resourceType'] == 'StructureDefinition':
                    if item.get('derivation') != 'constraint' and item['kind'] != 'logical':
                        self.structures[item['name']] = item
                elif item['resourceType'] == 'ValueSet':
                    self.value_sets[item['url']] = item
                else:
                    self.code_systems[item['url']] = item


class Codes:
    """Lists the codes of value sets; None where the package alone cannot."""

    def __init__(self, package):
        self.package = package

    def of(self, url):
        value_set = self.package.value_sets.get(url.split('|')[0])
        if value_set is None:
            return None
        compose = value_set.get('compose', {})
        if not compose.get('include'):
            return None
        total = set()
        for include in compose['include']:
            part = self._part(include)
            if part is None:
                return None
            total |= part
        for exclude in compose.get('exclude', []):
            part = self._part(exclude)
            if part is None:
                return None
            total -= part
        return total

    def _part(self, include):
        result = None
        if 'system' in include:
            result = self._of_system(include)
            if result is None:
                return None
        for url in include.get('valueSet', []):
            other = self.of(url)
            if other is None:
                return None
            result = other if result is None else result & other
        return result

    def _of_system(self, include):
        system = include['system']
        if 'concept' in include:
            return {(system, concept['code']) for concept in include['concept']}
        code_system = self.package.code_systems.get(system)
        if code_system is None or code_system.get('content') != 'complete':
            return None
        parents = self._parents(code_system)
        codes = set(parents)
        for rule in include.get('filter', []):
            if rule['property'] != 'concept' or rule['op'] not in ('is-a', 'descendent-of'):
                return None
            below = self._below(parents, rule['value'])
            codes &= below | ({rule['value']} if rule['op'] == 'is-a' else set())
        return {(system, code) for code in codes}

    @staticmethod
    def _parents(code_system):
        parents = {}

        def walk(concepts, above):
            for concept in concepts:
                named = [p['valueCode'] for p in concept.get('property', [])
                         if p['code'] == 'subsumedBy']
                parents[concept['code']] = set(named) | set(above)
                walk(concept.get('concept', []), [concept['code']])

        walk(code_system.get('concept', []), [])
        return parents

    @staticmethod
    def _below(parents, top):
        found, grown = set(), True
        while grown:
            more = {code for code, above in parents.items()
                    if code not in found and (top in above or above & found)}
            grown = bool(more)
            found |= more
        return found


class Tables:
    def __init__(self, package, enum_names):
        self.package = package
        self.primitives = enum_names
        self.first_complex = len(enum_names) + 1  # after kAnyResource
        self.pool = Pool()
        self.codes = Codes(package)
        self.types = []       # (name, is resource, its snapshot elements)
        self.type_ids = {}
        self.bindings, self.binding_ids, self.unlisted = [], {}, set()
        self.systems, self.system_ids = [], {}
        self._list_types()

    def _list_types(self):
        for name in sorted(self.package.structures):
            structure = self.package.structures[name]
            concrete = structure['kind'] == 'resource' and not structure['abstract']
            if structure['kind'] != 'complex-type' and not concrete:
                continue
            elements = structure['snapshot']['element']
            groups = {}
            for element in elements[1:]:
                groups.setdefault(element['path'].rpartition('.')[0], []).append(element)
            for path, members in groups.items():
                self.type_ids[path] = self.first_complex + len(self.types)
                self.types.append((path, concrete and path == name, members))

    def binding(self, element):
        binding = element.get('binding', {})
        if binding.get('strength') != 'required' or 'valueSet' not in binding:
            return NONE
        url = binding['valueSet'].split('|')[0]
        if url not in self.binding_ids:
            codes = self.codes.of(url)
            if not codes:
                self.unlisted.add(url)
            self.binding_ids[url] = len(self.bindings) if codes else NONE
            if codes:
                self.bindings.append((url, sorted(codes, key=lambda c: (c[1], c[0]))))
        return self.binding_ids[url]

    def system(self, url):
        if url not in self.system_ids:
            self.system_ids[url] = len(self.systems)
            self.systems.append(url)
        return self.system_ids[url]

    def type_id(self, path, element, code, resource):
        if element['path'] in self.type_ids:
            return self.type_ids[element['path']]
        if code.startswith('http://hl7.org/fhirpath/'):
            if resource and path == 'id':
                return self.primitives.index('id')
            return self.primitives.index('plainText')
        if code in self.primitives:
            return self.primitives.index(code)
        if code == 'Resource':
            return self.first_complex - 1
        return self.type_ids[code]

    def members(self, resource, elements):
        """Rows of Element for one Type, and which slots are required."""
        rows, required, choices = [], 0, 0
        slot = -1
        for element in elements:
            if element['max'] == '0':
                continue
            slot += 1
            path = element['path'].rpartition('.')[2]
            is_list = element.get('base', element)['max'] != '1'
            if element['min'] > 1 or element['max'] not in ('1', '*'):
                sys.exit('%s: cardinality %s..%s is not handled' % (
                    element['path'], element['min'], element['max']))
            if element['min'] == 1:
                required |= 1 << slot
            if 'contentReference' in element:
                target = self.type_ids[element['contentReference'].lstrip('#')]
                rows.append((path, path, slot, 0xFF, target, NONE, is_list))
                continue
            binding = self.binding(element)
            choice = 0xFF
            base = path
            if path.endswith('[x]'):
                base, choice, choices = path[:-3], choices, choices + 1
            for entry in element['type']:
                code = entry['code']
                name = base if choice == 0xFF else base + code[0].upper() + code[1:]
                target = self.type_id(path, element, code, resource)
                bound = binding if self._takes_code(code) else NONE
                rows.append((name, base, slot, choice, target, bound, is_list))
        if slot >= 64 or choices > 8:
            sys.exit('%s: too many elements for the masks' % elements[0]['path'])
        return rows, required

    @staticmethod
    def _takes_code(code):
        return code in ('code', 'Coding', 'CodeableConcept', 'string', 'uri')

    def write(self, out):
        types, elements, element_places = [], [], []
        for name, resource, snapshot in self.types:
            rows, required = self.members(resource, snapshot)
            bits, places = hash_table([row[0] for row in rows])
            types.append('{{%d,%d},%d,%d,%d,%d,%du}' % (
                *self.pool.add(name), len(elements), len(element_places), bits, resource,
                required))
            element_places += places
            for full, base, slot, choice, target, binding, is_list in rows:
                offset, size = self.pool.add(full)
                elements.append('{%d,%d,%d,%d,%d,%d,%d,%d}' % (
                    offset, size, len(base), slot, choice, target, binding, is_list))
        bindings, codes, code_places = [], [], []
        for url, listed in self.bindings:
            bits, places = hash_table([code for _, code in listed])
            bindings.append('{{%d,%d},%d,%d,%d}' % (
                *self.pool.add(url), len(codes), len(code_places), bits))
            code_places += places
            for system, code in listed:
                codes.append('{%d,%d,%d}' % (*self.pool.add(code), self.system(system)))
        systems = ['{%d,%d}' % self.pool.add(url) for url in self.systems]
        resources = [(name, self.type_ids[name]) for name, resource, _ in self.types if resource]
        bits, places = hash_table([name for name, _ in resources])
        resource_places = [NONE if p == NONE else resources[p][1] for p in places]

        out.write('// Made by generate_tables.py; do not edit.\n')
        out.write('#include "gateway/fhir/definitions/r4_tables.h"\n\nnamespace kgw::fhir::r4 {\n')
        self._pool(out)
        self._array(out, 'Type', 'kTypes', types)
        self._array(out, 'Element', 'kElements', elements)
        self._array(out, 'uint16_t', 'kElementPlaces', element_places)
        self._array(out, 'Binding', 'kBindings', bindings)
        self._array(out, 'Code', 'kCodes', codes)
        self._array(out, 'uint16_t', 'kCodePlaces', code_places)
        self._array(out, 'Name', 'kSystems', systems)
        self._array(out, 'uint16_t', 'kResourcePlaces', resource_places)
        out.write('const uint8_t kResourceHashBits = %d;\n' % bits)
        for name in ('Element', 'Extension', 'Reference', 'Coding', 'CodeableConcept'):
            out.write('const TypeId k%sType = TypeId{%d};\n' % (name, self.type_ids[name]))
        out.write('}  // namespace kgw::fhir::r4\n')
        print('%d types, %d elements, %d value sets, %d codes; not listed: %s' % (
            len(types), len(elements), len(bindings), len(codes),
            ' '.join(sorted(url.rpartition('/')[2] for url in self.unlisted))))

    def _pool(self, out):
        out.write('const char kPool[] =\n')
        data = bytes(self.pool.data)
        for start in range(0, len(data), 80):
            line = ''.join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else '\\%03o' % b
                           for b in data[start:start + 80])
            out.write('"%s"\n' % line)
        out.write(';\n')

    @staticmethod
    def _array(out, kind, name, rows):
        out.write('const %s %s[] = {\n' % (kind, name))
        for start in range(0, len(rows), 16):
            out.write(','.join(str(row) for row in rows[start:start + 16]) + ',\n')
        out.write('};\n')


def primitive_names(header):
    """The names of enum TypeId before kAnyResource: "kDateTime" is "dateTime"."""
    body = re.search(r'enum TypeId[^{]*\{(.*?)kAnyResource', header, re.S).group(1)
    body = re.sub(r'//[^\n]*', '', body)
    return [name[0].lower() + name[1:] for name in re.findall(r'k(\w+),', body)]


def main():
    package_path, header_path, out_path = sys.argv[1:]
    with open(header_path) as header:
        names = primitive_names(header.read())
    tables = Tables(Package(package_path), names)
    with open(out_path, 'w') as out:
        tables.write(out)


if __name__ == '__main__':
    main()
