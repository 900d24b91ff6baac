# SPDX-License-Identifier: Apache-2.0
"""C++: descriptors.h, the wire records and their enumerations."""
from .cpp import enum_class, header, lookup
from .text import boolean, camel

INCLUDES = ["cstddef", "cstdint", "string_view", "type_traits", "drivers/abi/registers.h", "drivers/abi/schemes.h"]


def emit(spec):
    groups = []
    for enum in spec.enums:
        if enum.name != "SCHEME":
            groups += [*enum_class(enum), *attributes(enum)]
    groups.append(["/// Whether a device reports this status; the driver alone reports the others.",
                   "constexpr bool is_device_status(Status status) { return static_cast<uint16_t>(status) < 0x100; }"])
    groups.append(["/// Whether devices of this kind have the register; on others it is a gap: reads give 0, writes are dropped.",
                   "constexpr bool has_register(DeviceKind kind, const RegisterInfo& info) {",
                   "  return info.device == 0 || info.device == static_cast<uint32_t>(kind);", "}"])
    groups += [flag_bits(flags) for flags in spec.flags]
    for record in spec.records:
        groups += [struct(record), checks(record)]
        for field in record.fields:
            if field.parts:
                groups.append(packing(record, field))
    return {"descriptors.h": header(("descriptors", "spiking", "schemes"), INCLUDES, *groups)}


def attributes(enum):
    """bits_of() and is_signed() of an enumeration whose values state them."""
    kind = camel(enum.name)
    if enum.values[0].bits is not None:
        yield lookup("unsigned", "bits_of", kind, [(v.name, str(v.bits)) for v in enum.values], "0",
                     "Bits of one entry; 0 for a value that is none of these.")
    if enum.values[0].signed is not None:
        yield lookup("bool", "is_signed", kind, [(v.name, boolean(v.signed)) for v in enum.values], "false",
                     "Whether an entry is signed.")


def flag_bits(flags):
    lines = [f"// {flags.desc}"]
    for name, bit, desc in flags.bits:
        kind = "uint8_t" if max(b for _, b, _ in flags.bits) < 8 else "uint32_t"
        lines += [f"/// {desc}", f"inline constexpr {kind} {flags.name}_{name} = {kind}{{1}} << {bit};"]
    return lines


def struct(record):
    lines = [f"/// {record.desc}", f"struct {camel(record.name)} {{"]
    for field in record.fields:
        kind = camel(field.enum) if field.enum else f"uint{field.width}_t"
        lines += [f"  {kind} {field.name}{{}};  ///< {field.desc}"]
    return [*lines, f"  bool operator==(const {camel(record.name)}&) const = default;", "};"]


def checks(record):
    kind = camel(record.name)
    return [f"static_assert(std::is_trivially_copyable_v<{kind}> && std::is_standard_layout_v<{kind}>);",
            f"static_assert(sizeof({kind}) == {record.size});",
            *(f"static_assert(offsetof({kind}, {field.name}) == {field.at});" for field in record.fields)]


def packing(record, field):
    """Field constants, pack_<field>() and one getter a part."""
    word, prefix = f"uint{field.width}_t", f"{record.name}_{field.name}".upper()

    def kind(part):
        return camel(part.enum) if part.enum else "unsigned"

    lines = [f"// {record.name}.{field.name}: {field.desc}"]
    for part in field.parts:
        lines.append(f"inline constexpr Field {prefix}_{part.name.upper()}{{{part.lsb}, {part.width}}};")
    parameters = ", ".join(f"{kind(part)} {part.name}" for part in field.parts)
    terms = " | ".join(f"{prefix}_{part.name.upper()}.set(static_cast<uint32_t>({part.name}))" for part in field.parts)
    lines += [f"/// The packed value; excess bits of a part are dropped.",
              f"constexpr {word} pack_{field.name}({parameters}) {{", f"  return static_cast<{word}>({terms});", "}"]
    for part in field.parts:
        value = f"{prefix}_{part.name.upper()}.get({field.name})"
        if part.enum:
            value = f"static_cast<{kind(part)}>({value})"
        lines += [f"/// `{part.name}` of a packed value"
                  + ("; may be no enumerator when a stranger packed it." if part.enum else "."),
                  f"constexpr {kind(part)} {field.name}_{part.name}({word} {field.name}) {{ return {value}; }}"]
    return lines
