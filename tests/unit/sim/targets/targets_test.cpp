// SPDX-License-Identifier: Apache-2.0
// The list of targets: which device a URI builds, and which options belong to which kind.
#include "sim/targets/targets.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "drivers/transport/in_process.h"

namespace photic::sim {
namespace {

class NoHost : public abi::DmaPort, public abi::InterruptPort {
 public:
  bool read(uint64_t, uint64_t*, size_t) override { return false; }
  bool write(uint64_t, const uint64_t*, size_t) override { return false; }
  void raise(unsigned) override {}
};

class Targets : public testing::Test {
 protected:
  std::unique_ptr<abi::DevicePort> make(const std::string& uri) {
    return make_device(transport::parse_uri(uri), host_, host_);
  }

  // How `uri` is refused.
  std::string refusal(const std::string& uri, abi::Status status) {
    try {
      make(uri);
    } catch (const transport::Error& error) {
      EXPECT_EQ(error.status(), status) << error.what();
      return error.what();
    }
    ADD_FAILURE() << uri << " was accepted";
    return "";
  }

  void expect_refused_for(const std::string& uri, const std::string& option) {
    const std::string text = refusal(uri, abi::Status::INVALID_URI);
    EXPECT_NE(text.find("'" + option + "'"), std::string::npos) << text;
  }

  NoHost host_;
};

TEST_F(Targets, BuildEveryPresetOfAnSpu) {
  for (const abi::SpuPreset& preset : abi::kSpuPresets) {
    const auto device = make("golden:spu?geometry=" + std::string(preset.name));
    EXPECT_EQ(device->read(abi::SHELL_KIND), static_cast<uint32_t>(abi::DeviceKind::SPU));
    EXPECT_EQ(abi::SHELL_GEOMETRY_PRESET.get(device->read(abi::SHELL_GEOMETRY)), preset.index);
  }
}

TEST_F(Targets, BuildTheDefaultPresetOfTheKind) {
  EXPECT_EQ(abi::SHELL_GEOMETRY_PRESET.get(make("golden:spu")->read(abi::SHELL_GEOMETRY)),
            abi::find_spu_preset("mesh5")->index);
  EXPECT_EQ(abi::SHELL_GEOMETRY_PRESET.get(make("golden:opu")->read(abi::SHELL_GEOMETRY)),
            abi::find_preset("small")->index);
}

TEST_F(Targets, InTheDriversProcessAreOfEitherKind) {
  for (const auto& [uri, kind] :
       {std::pair{"golden:opu", abi::DeviceKind::OPU}, {"golden:spu", abi::DeviceKind::SPU}}) {
    const auto device = transport::make_in_process_device(transport::parse_uri(uri), host_, host_);
    EXPECT_EQ(device->read(abi::SHELL_KIND), static_cast<uint32_t>(kind));
  }
}

TEST_F(Targets, LeaveTheDriversOptionsToTheDriver) {
  EXPECT_NE(make("golden:spu?stall_ms=50&process=1&geometry=tiny"), nullptr);
}

TEST_F(Targets, RefuseTheOptionsOfAnotherKindByName) {
  expect_refused_for("golden:spu?noise=off", "noise");
  expect_refused_for("golden:spu?seed=7", "seed");
  expect_refused_for("golden:spu?lose_trigger=1", "lose_trigger");
  expect_refused_for("golden:spu?geometry=gen3", "gen3");
  expect_refused_for("golden:opu?geometry=mesh5", "mesh5");
  const std::string text = refusal("golden:spu?geometry=huge", abi::Status::INVALID_URI);
  EXPECT_NE(text.find("tiny, single, strip, mesh5, mesh4, mesh16"), std::string::npos) << text;
}

TEST_F(Targets, RefuseTheOptionsOfAClockWhereThereIsNone) {
  expect_refused_for("golden:spu?stall=1", "stall");
  expect_refused_for("golden:spu?skip=0", "skip");
  expect_refused_for("golden:opu?stall=1", "stall");
}

}  // namespace
}  // namespace photic::sim
