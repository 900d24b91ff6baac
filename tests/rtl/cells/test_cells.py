# SPDX-License-Identifier: Apache-2.0
"""tools/rtl-cells counts what a design holds, and its page is what the RTL gives. Takes the folder of a configured and built tree."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = sys.argv.pop()
PAGE = ROOT / "docs/reference/spu-cells.md"

# A unit with one register of 8 bits and two leaves, one leaf of each width; a leaf has one array, one register behind it.
DESIGN = """
package photic_spec_pkg;
  localparam int unsigned SPU_PRESET_TINY = 0;
  localparam int unsigned SPU_PRESET_STRIP = 1;
endpackage
module photic_leaf #(parameter int unsigned Width = 1) (input logic clk_i, we_i, input logic [3:0] at_i, input logic [Width-1:0] data_i,
                                                        output logic [Width-1:0] data_o);
  logic [Width-1:0] words_q [16];
  always_ff @(posedge clk_i) begin
    if (we_i) words_q[at_i] <= data_i;
    data_o <= words_q[at_i];
  end
endmodule
module photic_only_strip (input logic [7:0] data_i, output logic [7:0] data_o);
  assign data_o = data_i + 8'd3;
endmodule
module photic_spu_top (input logic clk_i, rst_ni, we_i, input logic [3:0] at_i, input logic [7:0] data_i, output logic [7:0] data_o,
                       output logic [7:0] more_o, output logic [4:0] less_o);
  always_ff @(posedge clk_i or negedge rst_ni) if (!rst_ni) data_o <= '0; else data_o <= data_i;
  photic_leaf #(.Width(5)) i_less (.clk_i, .we_i, .at_i, .data_i(data_i[4:0]), .data_o(less_o));
  if (`PHOTIC_SPU_PRESET == photic_spec_pkg::SPU_PRESET_STRIP) begin : gen_strip
    logic [7:0] sum;
    photic_only_strip i_only (.data_i, .data_o(sum));
    photic_leaf #(.Width(8)) i_more (.clk_i, .we_i, .at_i, .data_i(sum), .data_o(more_o));
  end else begin : gen_tiny
    assign more_o = '0;
  end
endmodule
"""


def cells(build, *arguments):
    return subprocess.run([str(ROOT / "tools/rtl-cells"), "--build", str(build), *map(str, arguments)], cwd=ROOT, capture_output=True,
                          text=True, check=False)


class Cells(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="photic-cells-")
        self.addCleanup(scratch.cleanup)
        self.build = pathlib.Path(scratch.name)
        self.page = self.build / "page.md"
        self.design(DESIGN)

    def design(self, text):
        (self.build / "design.sv").write_text(text, encoding="utf-8")
        (self.build / "CMakeCache.txt").write_text(
            f"PHOTIC_RTL_SOURCES:INTERNAL={self.build}/design.sv\nPHOTIC_RTL_INCLUDE:INTERNAL={self.build}\n", encoding="utf-8")

    def rows(self):
        result = cells(self.build, "--write", self.page)
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = [[cell.strip(" `*") for cell in line.split("|")[1:-1]] for line in self.page.read_text(encoding="utf-8").splitlines()
                if line.startswith("|")]
        return {row[0]: dict(zip(rows[0][1:], row[1:])) for row in rows[2:]}

    def columns(self, module, column):
        row = self.rows()[module]
        return row[f"{column}, tiny"], row[f"{column}, strip"]

    def test_bits_are_summed_over_the_instances_of_a_module_whatever_their_width(self):
        self.assertEqual(self.columns("photic_leaf", "instances"), ("1", "2"))
        self.assertEqual(self.columns("photic_leaf", "flip-flop bits"), ("5", "13"))
        self.assertEqual(self.columns("photic_leaf", "memory bits"), ("80", "208"))

    def test_a_module_counts_without_those_inside_it_and_the_last_row_counts_all(self):
        self.assertEqual(self.columns("photic_spu_top", "cells"), ("1", "1"))
        self.assertEqual(self.columns("photic_spu_top", "flip-flop bits"), ("8", "8"))
        self.assertEqual(self.columns("all", "flip-flop bits"), ("13", "21"))
        self.assertEqual(self.columns("all", "instances"), ("2", "4"))

    def test_a_module_that_one_geometry_lacks_counts_nothing_there(self):
        self.assertEqual(self.columns("photic_only_strip", "instances"), ("0", "1"))
        self.assertEqual(self.columns("photic_only_strip", "cells"), ("0", "1"))

    def test_a_page_of_another_design_is_refused_with_what_differs_and_the_remedy(self):
        self.rows()
        self.assertEqual(cells(self.build, "--check", self.page).returncode, 0)
        self.design(DESIGN.replace("words_q [16]", "words_q [8]"))
        result = cells(self.build, "--check", self.page)
        self.assertEqual(result.returncode, 1)
        self.assertIn("-| `photic_leaf` | 1 | 2 |", result.stderr)
        self.assertIn("+| `photic_leaf` | 1 | 2 |", result.stderr)
        self.assertNotIn("photic_only_strip", result.stderr)
        self.assertIn(f"--write {self.page}", result.stderr)

    def test_a_design_or_tree_that_cannot_be_read_is_an_error_that_says_so(self):
        self.design("module photic_spu_top (; endmodule\n")
        result = cells(self.build, "--write", self.page)
        self.assertEqual((result.returncode, self.page.exists()), (2, False))
        self.assertIn("design.sv:1", result.stderr)
        result = cells(self.build / "nothing", "--write", self.page)
        self.assertEqual(result.returncode, 2)
        self.assertIn("is no configured tree", result.stderr)


class Page(unittest.TestCase):
    def test_is_committed_as_generated(self):
        result = cells(BUILD, "--check", PAGE)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
