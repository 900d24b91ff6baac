# SPDX-License-Identifier: Apache-2.0
"""C++: contract.h and registers.h."""
from .cpp import header
from .text import boolean, quoted

FIELD = """\
/// Bits of a register, or of a packed record field. A field of a wide register may lie beyond bit 31 and has no mask.
struct Field {
  uint32_t lsb;
  uint32_t width;

  /// The field's bits in place; `lsb + width` is at most 32.
  constexpr uint32_t mask() const { return (width >= 32 ? ~uint32_t{0} : (uint32_t{1} << width) - 1) << lsb; }
  /// The field's value in a register's value.
  constexpr uint32_t get(uint32_t reg) const { return (reg & mask()) >> lsb; }
  /// A register's value with the field set to `value`, whose excess bits are dropped, and 0 elsewhere.
  constexpr uint32_t set(uint32_t value) const { return (value << lsb) & mask(); }
};""".split("\n")

INFO = """\
/// One register of the map, for generic walks over all of them.
struct RegisterInfo {
  std::string_view name;  ///< BLOCK_REGISTER; repeated blocks carry their number: QUEUE0_CONTROL.
  uint32_t offset;        ///< Bytes in BAR0; the low word of a wide register.
  bool wide;              ///< 64 bits, read-only: the high word stands at offset + 4.
  bool timed;             ///< Depends on cycles; an untimed target reports 0.
  bool counter;           ///< Counts from reset.
  uint32_t writable_mask;    ///< Bits that hold what was written.
  uint32_t w1c_mask;         ///< Bits that a written 1 clears.
  uint32_t reset;            ///< Value after reset where `varies_mask` is 0; 0 elsewhere.
  std::string_view description;
  uint32_t write_only_mask;  ///< Bits that act when written and read as 0.
  uint32_t varies_mask;      ///< Bits whose reset value depends on the device's kind or geometry.
  uint32_t device;           ///< The DeviceKind that has it, a gap on others; 0: all have it.
};""".split("\n")


def emit(spec):
    contract = [
        "/// CRC-32 of the canonical specification, descriptions and sources excluded.",
        f"inline constexpr uint32_t kContractHash = {spec.contract_hash:#010x};",
    ]
    everything = ("registers", "descriptors", "spiking", "schemes", "geometry", "timing", "numerics")
    return {"contract.h": header(everything, ["cstdint"], contract),
            "registers.h": registers(spec)}


def registers(spec):
    blocks = spec.registers.blocks
    sizes = [
        f"/// {spec.registers.bar_desc}", f"inline constexpr uint32_t kBarSize = {spec.registers.bar_size:#x};",
        f"/// {spec.registers.heartbeat_desc}",
        f"inline constexpr uint32_t kHeartbeatSize = {spec.registers.heartbeat_size:#x};",
        "/// Offset of the heartbeat counter in BAR2.",
        f"inline constexpr uint32_t kHeartbeatOffset = {spec.registers.heartbeat_offset:#x};",
    ]
    groups = [sizes, FIELD]
    for block in blocks:
        groups.append(block_range(block))
        groups += [register(block, reg) for reg in block.registers]
    return header(("registers", "geometry"), ["array", "cstdint", "string_view"], *groups, INFO, table(blocks))


def block_range(block):
    lines = [f"/// {block.desc}", f"inline constexpr uint32_t {block.name}_BASE = {block.base:#x};",
             f"inline constexpr uint32_t {block.name}_SIZE = {block.size * block.count:#x};"]
    if block.repeat:
        lines += ["/// Distance from one to the next.",
                  f"inline constexpr uint32_t {block.name}_STRIDE = {block.size:#x};"]
    return lines


def register(block, reg):
    name, offset = f"{block.name}_{reg.name}", block.base + reg.offset
    lines = [f"/// {reg.desc}"]
    for suffix, at in ((("", offset), ("_HI", offset + 4)) if reg.wide else (("", offset),)):
        if block.repeat:
            lines.append(f"constexpr uint32_t {name}{suffix}(unsigned {block.name.lower()}) {{ "
                         f"return {at:#x} + {block.name.lower()} * {block.name}_STRIDE; }}")
        else:
            lines.append(f"inline constexpr uint32_t {name}{suffix} = {at:#x};")
    for field in reg.fields:
        lines += [f"/// {field.desc}", f"inline constexpr Field {name}_{field.name}{{{field.lsb}, {field.width}}};"]
    if not reg.varies_mask and not reg.wide:
        lines.append(f"inline constexpr uint32_t {name}_RESET = {reg.reset:#x};")
    return lines


def table(blocks):
    rows = []
    for block in blocks:
        for index in range(block.count):
            prefix = f"{block.name}{index}" if block.repeat else block.name
            for reg in block.registers:
                offset = block.base + index * block.size + reg.offset
                rows.append(
                    f"    RegisterInfo{{{quoted(f'{prefix}_{reg.name}')}, {offset:#x}, {boolean(reg.wide)}, "
                    f"{boolean(reg.timed)}, {boolean(reg.counter)}, {reg.mask('rw'):#x}, {reg.mask('w1c'):#x}, "
                    f"{reg.reset & 0xFFFFFFFF:#x}, {quoted(reg.desc)}, {reg.mask('wo'):#x}, {reg.varies_mask:#x}, "
                    f"{block.device_kind}}},")
    return ["/// Every register, in order of the blocks.",
            f"inline constexpr std::array<RegisterInfo, {len(rows)}> kRegisters{{{{", *rows, "}};"]
