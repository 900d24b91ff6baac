# SPDX-License-Identifier: Apache-2.0
"""Markdown: spec-tables.md, every number with its unit and its source."""
from . import markdown_spiking
from .markdown import code, page, table
from .tables import SHAPE, UNLIMITED

FILES = ("geometry", "timing", "schemes", "numerics", "optics", "energy")


def emit(spec):
    groups = [["## Geometry"], numbers(spec.limits), presets(spec),
              ["Of a spiking processing unit:"], markdown_spiking.presets(spec),
              ["## Timing"], numbers([spec.clock, *spec.stage]),
              ["FIFO depths:"], numbers(spec.fifo)]
    for preset in spec.presets:
        groups += [[f"### Timing of {preset.name}"], numbers(preset.timing), modes(preset)]
    for preset in spec.spu_presets:
        groups += [[f"### Timing of the SPU {preset.name}"], numbers(preset.timing)]
    groups += [["## Recovery schemes"], scheme_table(spec)]
    for scheme in spec.schemes:
        groups += [[f"### {scheme.name}"], [f"{scheme.desc} Source: {scheme.source}."], steps(scheme)]
    groups += [["## Numbers of the digital path"],
               table(("Format", "Bits", "Signed", "Meaning"),
                     [(code(f.name), f.bits, "yes" if f.signed else "no", f.desc) for f in spec.formats]),
               numbers(spec.constants), ["## Optics"]]
    for group, items in spec.optics.items():
        groups += [[f"### {group.capitalize()}"], numbers(items)]
    groups.append(["## Energy"])
    for item in spec.energy:
        groups += [[f"### {item.name}"], [item.desc], numbers([item.board_milliwatts])]
    for item in spec.spu_energy:
        groups += [[f"### {item.name}"], [f"{item.desc} Energy of one event that a counter (SPU_COUNTER) counts."],
                   numbers([*item.events, *filter(None, [item.core_microwatts])])]
    return page("Tables of the specification", FILES, *groups)


def numbers(items):
    return table(("Name", "Value", "Unit", "Meaning", "Source"),
                 [(code(n.name), n.value, n.unit, n.desc, n.source) for n in items])


def presets(spec):
    rows = [(p.index, code(p.name), *(p.shape[name] for name in SHAPE), p.desc, p.source) for p in spec.presets]
    return table(("Index", "Preset", *SHAPE, "Meaning", "Source"), rows)


def modes(preset):
    def limit(value):
        return "any" if value == UNLIMITED else value

    return table(("Mirrors at most", "Pixels at most", "Period [cycles]", "Source"),
                 [(limit(m.mirrors), limit(m.pixels), m.period, m.source) for m in preset.modes])


def scheme_table(spec):
    return table(("Value", "Scheme", "Frames", "Output", "Input", "Calibrated"),
                 [(s.value, code(s.name), len(s.steps), "complex" if s.complex else "real",
                   "any" if s.linear else "binary", "yes" if s.calibration else "no") for s in spec.schemes])


def steps(scheme):
    def row(label, step):
        phase = "blocked" if step.phase < 0 else f"{step.phase}/12 turn"
        return label, step.features, step.outside, phase, step.re, step.im

    rows = [row(index, step) for index, step in enumerate(scheme.steps)]
    if scheme.calibration:
        rows.append(row("calibration", scheme.calibration))
    return table(("Step", "Features", "Outside", "Reference beam", "re", "im"), rows)
