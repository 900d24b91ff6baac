# SPDX-License-Identifier: Apache-2.0
"""Loads and validates schemes.toml."""
from .model import Enum, EnumValue, Scheme, Step
from .schema import NAME, reject_duplicates

FEATURES = ("X", "NOT_X", "ZERO", "ONE")
OUTSIDE = ("FLAG", "DARK", "LIT")
STEPS_MAX = 4
BLOCKED = -1


def load(root):
    root.only("scheme")
    nodes = root.table("scheme").children(NAME)
    schemes = tuple(load_scheme(name, node) for name, node in nodes)
    reject_duplicates([(scheme.value, node, "value") for scheme, (_, node) in zip(schemes, nodes)], "value")
    return schemes


def load_scheme(name, node):
    node.only("value", "desc", "source", "complex", "linear", "steps", "calibration")
    nodes = node.tables("steps")
    if len(nodes) > STEPS_MAX:
        node.fail(f"{len(nodes)} steps", f"a scheme has at most {STEPS_MAX}", "steps")
    steps = tuple(load_step(step) for step in nodes)
    is_complex = node.flag("complex")
    if is_complex != any(step.im for step in steps):
        node.fail(f"{str(is_complex).lower()}, but the steps' `im` say otherwise",
                  "a scheme is complex when a step adds to the imaginary part", "complex")
    calibration = load_calibration(node.table("calibration")) if "calibration" in node.data else None
    return Scheme(name, node.number("value", 0, 15), node.text("desc"), node.text("source"), is_complex,
                  node.flag("linear"), steps, calibration)


def load_step(node):
    node.only("features", "outside", "phase", "re", "im")
    step = Step(node.choice("features", FEATURES), node.choice("outside", OUTSIDE),
                node.number("phase", BLOCKED, 11), node.number("re", -128, 127), node.number("im", -128, 127))
    if step.re == 0 and step.im == 0:
        node.fail("re and im are both 0", "a step that adds nothing is left out")
    return step


def load_calibration(node):
    node.only("features", "outside", "weight")
    weight = node.number("weight", -128, 127)
    if weight == 0:
        node.fail("0", "leave the calibration out when nothing is added", "weight")
    return Step(node.choice("features", FEATURES), node.choice("outside", OUTSIDE), BLOCKED, weight, 0)


def enumeration(schemes):
    """The schemes as the enumeration SCHEME."""
    values = tuple(EnumValue(s.name, s.value, None, None, s.desc) for s in schemes)
    return Enum("SCHEME", 8, "Recovery schemes.", values, "schemes.toml")
