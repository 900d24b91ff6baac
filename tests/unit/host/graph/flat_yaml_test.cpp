// SPDX-License-Identifier: Apache-2.0
// What the subset of YAML reads, and what it refuses and where.
#include "host/graph/flat_yaml.h"

#include <gtest/gtest.h>

namespace photic::host {
namespace {

using Values = std::map<std::string, std::string>;

std::string refused_line(const std::string& text) {
  try {
    parse_flat_yaml(text, "file.yaml");
  } catch (const GraphFileError& error) {
    EXPECT_EQ(error.file(), "file.yaml");
    return error.node();
  }
  return "no error";
}

TEST(FlatYaml, ReadsMapsOfMapsOfValues) {
  EXPECT_EQ(parse_flat_yaml("---\n"
                            "# a comment\n"
                            "simulation:\n"
                            "    Ts: 1.0\r\n"
                            "    tSample:   300   # steps\n"
                            "\n"
                            "neuron:\n"
                            "  type: 'LOIHI'\n"
                            "  deep:\n"
                            "     deeper: \"a # b\"\n"
                            "  region: {start: 0, stop: 300}    # kept\n"
                            "path: /a#b\n"
                            "last: 1",
                            "file"),
            (Values{{"simulation.Ts", "1.0"},
                    {"simulation.tSample", "300"},
                    {"neuron.type", "LOIHI"},
                    {"neuron.deep.deeper", "a # b"},
                    {"neuron.region", "{start: 0, stop: 300}"},
                    {"path", "/a#b"},
                    {"last", "1"}}));
  EXPECT_EQ(parse_flat_yaml("", "file"), Values());
}

TEST(FlatYaml, RefusesEverythingElseAndNamesTheLine) {
  EXPECT_EQ(refused_line("a: 1\n- b\n"), "line 2");
  EXPECT_EQ(refused_line("a: 1\n\tb: 2\n"), "line 2");
  EXPECT_EQ(refused_line("just text\n"), "line 1");
  EXPECT_EQ(refused_line("a:1\n"), "line 1");
  EXPECT_EQ(refused_line(": 1\n"), "line 1");
  EXPECT_EQ(refused_line("a.b: 1\n"), "line 1");
  EXPECT_EQ(refused_line("a: &anchor 1\n"), "line 1");
  EXPECT_EQ(refused_line("a: |\n  text\n"), "line 1");
  EXPECT_EQ(refused_line("a: {b: 1\n"), "line 1");
  EXPECT_EQ(refused_line("a: \"open\n"), "line 1");
  EXPECT_EQ(refused_line("a: 1\nb: 2\na: 3\n"), "line 3");
  EXPECT_EQ(refused_line("a:\n  b: 1\n   c: 2\n"), "line 3");
  EXPECT_EQ(refused_line("a:\n    b: 1\n  c: 2\n"), "line 3");
  EXPECT_EQ(refused_line(" a: 1\n"), "line 1");
  EXPECT_EQ(refused_line(std::string("a: \0\n", 5)), "line 1");
}

TEST(FlatYaml, TakesNegativeNumbersAsValues) {
  EXPECT_EQ(parse_flat_yaml("a: -3\n", "file"), (Values{{"a", "-3"}}));
}

}  // namespace
}  // namespace photic::host
