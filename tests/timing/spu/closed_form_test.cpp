// SPDX-License-Identifier: Apache-2.0
// Where nothing stands in the way of anything, cycles are those of the closed form, and the page says so.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/timing/spu/measured.h"

namespace photic::test {
namespace {

class SpuTiming : public testing::Test {
 protected:
  static const std::vector<Measured>& rows() {
    static const std::vector<Measured> measured = measure_all();
    return measured;
  }
};

TEST_F(SpuTiming, IsThatOfTheClosedFormToTheCycle) {
  for (const Measured& row : rows()) {
    EXPECT_EQ(row.cycles, row.closed) << row.what << ": " << row.form;
  }
}

TEST_F(SpuTiming, IsWhatThePageSays) {
  const std::string table = as_markdown(rows());
  std::cout << table;
  std::ifstream file(PHOTIC_SPU_TIMING_PAGE);
  ASSERT_TRUE(file) << PHOTIC_SPU_TIMING_PAGE;
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(page.find("\n\n" + table + "\n"), std::string::npos)
      << PHOTIC_SPU_TIMING_PAGE << " does not have the table above";
}

}  // namespace
}  // namespace photic::test
