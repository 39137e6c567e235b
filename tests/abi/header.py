"""What a version of kgw.h declares, and how it may grow."""
import re

# Passed by value and in arrays, so that they can never grow.
FIXED = ('kgw_slice', 'kgw_item', 'kgw_header')


def _bare(text):
    """Without comments, and with single spaces."""
    return ' '.join(re.sub(r'/\*.*?\*/', ' ', text, flags=re.DOTALL).split())


def structs(text):
    """Struct name -> its members' declarations, in order."""
    return {name: [member.strip() for member in _bare(body).split(';') if member.strip()]
            for name, body in
            re.findall(r'^typedef struct (\w+) \{\n(.*?)^\} \1;$', text, re.MULTILINE | re.DOTALL)}


def numbers(text):
    """Enumerator -> its value as written."""
    listed = ','.join(re.findall(r'\benum \{(.*?)\}', _bare(text)))
    pairs = [entry.split('=') for entry in listed.split(',') if entry.strip()]
    return {name.strip(): value.strip() for name, value in pairs}


def constants(text):
    """Names of interfaces, services and the entry -> text; the major version."""
    found = dict(re.findall(r'^#define (KGW_\w+) (".*")$', text, re.MULTILINE))
    found['KGW_ABI_MAJOR'] = re.search(r'^#define KGW_ABI_MAJOR (\w+)$', text, re.MULTILINE)[1]
    found['kgw_entry_fn'] = re.search(r'typedef [^;]*kgw_entry_fn[^;]*;', text)[0]
    return found


def minor(text):
    return int(re.search(r'^#define KGW_ABI_MINOR (\d+)u$', text, re.MULTILINE)[1])


def breaks(earlier, later):
    """What in `later` would break a plug-in that was built with `earlier`: one sentence each."""
    found = []
    if minor(later) < minor(earlier):
        found.append('KGW_ABI_MINOR has fallen')
    for kind in (numbers, constants):
        now = kind(later)
        for name, value in kind(earlier).items():
            if now.get(name) != value:
                found.append(f'{name} was {value} and is {now.get(name, "gone")}')
    now = structs(later)
    for name, members in structs(earlier).items():
        have = now.get(name, [])
        for place, member in enumerate(members):
            is_now = have[place] if place < len(have) else 'gone'
            if is_now != member:
                found.append(f'{name}: "{member}" is now "{is_now}"')
        if name in FIXED and len(have) > len(members):
            found.append(f'{name} has grown')
    return found


def grown(text, and_fixed=()):
    """The header one minor version on: one more member in each struct that may grow, and in those
    of `and_fixed`, which break every plug-in."""
    for name in structs(text):
        if name not in FIXED or name in and_fixed:
            text = text.replace(f'\n}} {name};\n', f'\n  uint64_t later;\n}} {name};\n')
    now = minor(text)
    text = text.replace(f'#define KGW_ABI_MINOR {now}u\n', f'#define KGW_ABI_MINOR {now + 1}u\n'
                        '#define KGW_LATER(type, pointer) KGW_HAS(type, pointer, later)\n')
    return text
