// SPDX-License-Identifier: Apache-2.0
// The photic command from outside: exit codes and messages.
#include "tests/unit/tools/photic/command.h"

namespace photic::tools {
namespace {

TEST_F(Command, HelpsAndEndsWell) {
  EXPECT_EQ(run("--help"), 0);
  EXPECT_TRUE(says("train")) << output_;
  EXPECT_EQ(run("train --help"), 0);
  EXPECT_TRUE(says("--method")) << output_;
}

TEST_F(Command, EndsWithTwoForACommandLineOrSettingThatCannotWork) {
  for (const char* arguments :
       {"", "fly", "train --epochs", "train --epochs many", "train --method magic", "train --data nothing",
        "train --epochs 0", "train --theta 0", "train --schedule never", "data verify nothing",
        "train --resume x --epochs 3", "train --resume x --run y", "data fetch fashion"}) {
    EXPECT_EQ(run(arguments), 2) << arguments << '\n' << output_;
    EXPECT_FALSE(output_.empty());
  }
}

TEST_F(Command, EndsWithThreeAndAdviceWhenDataIsMissing) {
  EXPECT_EQ(run("train --data mnist"), 3);
  EXPECT_TRUE(says("photic data fetch mnist")) << output_;
  EXPECT_EQ(run("data verify mnist"), 3);
}

TEST_F(Command, EndsWithFourForABadCheckpoint) {
  EXPECT_EQ(run("train --resume nowhere"), 4);
  host::test::write_file(folder_.path() / "checkpoint.safetensors", {1, 2, 3});
  EXPECT_EQ(run("train --resume ."), 4);
  EXPECT_TRUE(says("checkpoint.safetensors")) << output_;
}

TEST_F(Command, ListsEveryDataSetAsTextAndAsJson) {
  EXPECT_EQ(run("data list"), 0);
  EXPECT_TRUE(says("mnist") && says("fashion") && says("licence")) << output_;
  EXPECT_EQ(run("data list --json"), 0);
  EXPECT_TRUE(says("\"name\":\"mnist\"")) << output_;
}

TEST_F(Command, DescribesAndTestsADevice) {
  EXPECT_EQ(run("device describe 'golden:opu?geometry=tiny' --json"), 0) << output_;
  EXPECT_TRUE(says("\"geometry\":\"tiny\"")) << output_;
  EXPECT_EQ(run("device self-test 'golden:opu?reference=60'"), 0) << output_;
  EXPECT_TRUE(says("phase2")) << output_;
  EXPECT_EQ(run("device list"), 0);
  EXPECT_TRUE(says("golden:opu     usable")) << output_;
}

TEST_F(Command, EndsWithFiveForADeviceThatCannotBeUsed) {
  EXPECT_EQ(run("device describe nothing"), 5) << output_;
  EXPECT_EQ(run("device self-test golden:opu?colour=red"), 5) << output_;
  EXPECT_EQ(run("device self-test 'golden:opu?reference=60&noise=read:3000'"), 5) << output_;
}

}  // namespace
}  // namespace photic::tools
