# SPDX-License-Identifier: Apache-2.0
"""What the C++ emitters share."""
from .text import banner, camel, quoted, source


def header(files, includes, *groups):
    """A header in namespace photic::abi."""
    system = sorted(f"#include <{name}>" for name in includes if "/" not in name)
    own = sorted(f'#include "{name}"' for name in includes if "/" in name)
    return source([banner("//", *files), "// SPDX-License-Identifier: Apache-2.0", "#pragma once"], system, own,
                  ["namespace photic::abi {"], *groups, ["}  // namespace photic::abi"])


def constant(name, value, comment=""):
    kind = "uint32_t" if value <= 0xFFFFFFFF else "uint64_t"
    line = f"inline constexpr {kind} k{camel(name)} = {value};"
    return [f"/// {comment}", line] if comment else [line]


def lookup(result, function, argument, cases, otherwise, comment):
    """A constexpr function from an enumeration: `cases` are (enumerator, expression)."""
    return [f"/// {comment}", f"constexpr {result} {function}({argument} value) {{",
            "  // NOLINTBEGIN(bugprone-branch-clone): values may share a result", "  switch (value) {",
            *(line for name, expression in cases
              for line in (f"    case {argument}::{name}:", f"      return {expression};")),
            "  }", "  // NOLINTEND(bugprone-branch-clone)", f"  return {otherwise};", "}"]


def find(result, table, function, argument, member):
    """A constexpr search of a table of `result` by a member, null when there is none."""
    return [f"/// The entry with this {member}, or null.",
            f"constexpr const {result}* {function}({argument} {member}) {{",
            f"  for (const {result}& entry : {table}) {{", f"    if (entry.{member} == {member}) {{",
            "      return &entry;", "    }", "  }", "  return nullptr;", "}"]


def enum_class(enum):
    """The enumeration, its name() and its describe()."""
    kind = camel(enum.name)
    definition = [f"/// {enum.desc}", f"enum class {kind} : uint{enum.storage}_t {{"]
    for value in enum.values:
        definition += [f"  {value.name} = {value.value:#x},  ///< {value.desc}"]
    definition += ["};"]
    names = lookup("std::string_view", "name", kind, [(v.name, quoted(v.name)) for v in enum.values],
                   '"UNKNOWN"', "The specification's spelling; \"UNKNOWN\" for a value that is none of these.")
    texts = lookup("std::string_view", "describe", kind, [(v.name, quoted(v.desc)) for v in enum.values],
                   '"Unknown value."', "One sentence on a value.")
    return definition, names, texts
