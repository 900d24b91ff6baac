// SPDX-License-Identifier: Apache-2.0
// A program's run on any target, recorded and replayed by nothing but the device's URI.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "drivers/api/photic.hpp"
#include "tests/conformance/driver/targets.h"
#include "tests/support/tiny_projection.h"

namespace photic {
namespace {

constexpr std::chrono::seconds kLimit{60};  // a fence against hangs, never reached

// What a program sees of a run.
struct Seen {
  std::vector<std::byte> outputs;
  std::vector<std::pair<uint64_t, uint64_t>> stamps;
  std::vector<std::pair<std::string, uint64_t>> counters;
  bool operator==(const Seen&) const = default;
};

// Six NOPs, or as many projections, three at a time in a ring that is often full.
Seen run(const std::string& uri, std::byte fill = std::byte{0xA5}) {
  const Device device = Device::open(uri);
  const Queue queue = device.queue(4);
  const Buffer source = device.allocate(4096);
  const Buffer destination = device.allocate(4096);
  std::fill_n(source.data(), source.size(), fill);
  photic_opu_project_desc desc = test::tiny_projection();
  desc.source = source.bus_address();
  desc.destination = destination.bus_address();
  photic_submission nop{};
  nop.opcode = PHOTIC_OP_NOP;
  Seen seen;
  const bool opu = device.capabilities().kind == PHOTIC_KIND_OPU;
  for (int batch = 0; batch < 2; ++batch) {
    std::vector<Event> events;
    for (int i = 0; i < 3; ++i) {
      events.push_back(opu ? queue.project(desc) : queue.submit(nop));
    }
    for (const Event& event : events) {
      event.wait(kLimit);
      seen.stamps.emplace_back(event.info().start_cycle, event.info().end_cycle);
    }
  }
  seen.outputs.assign(destination.data(), destination.data() + destination.size());
  for (const photic_counter& counter : device.counters()) {
    seen.counters.emplace_back(counter.name, counter.value);
  }
  return seen;
}

std::pair<photic_status, std::string> refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return {error.status(), error.what()};
  }
  return {PHOTIC_OK, ""};
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Recording : public testing::TestWithParam<test::TargetUri> {
 protected:
  Recording() {
    std::string name = (std::filesystem::temp_directory_path() / "photic-recording-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    folder_ = name;
  }
  ~Recording() override { std::filesystem::remove_all(folder_); }

  std::string file() const { return (folder_ / "run").string(); }
  static std::string record(const std::string& file) { return "record:" + file + ":" + GetParam().uri; }
  std::string replay() const { return "replay:" + file(); }

  std::filesystem::path folder_;
};

INSTANTIATE_TEST_SUITE_P(Targets, Recording, testing::ValuesIn(test::all_targets()),
                         [](const auto& target) { return target.param.name; });

TEST_P(Recording, IsTheRunAgainWithoutADevice) {
  const Seen bare = run(GetParam().uri);
  const Seen recorded = run(record(file()));
  const Seen replayed = run(replay());
  EXPECT_EQ(bare, recorded);
  EXPECT_EQ(bare, replayed);
  EXPECT_EQ(bare, run(replay() + "?process=1"));
}

// Those with memory to differ in.
class OpuRecording : public Recording {};

INSTANTIATE_TEST_SUITE_P(Targets, OpuRecording, testing::ValuesIn(test::opu_targets()),
                         [](const auto& target) { return target.param.name; });

TEST_P(OpuRecording, EndsAnotherRunWithCheckFailed) {
  run(record(file()));
  for (const char* options : {"", "?process=1"}) {
    const auto [status, text] = refusal([&] { run(replay() + options, std::byte{0x5A}); });
    EXPECT_EQ(status, PHOTIC_CHECK_FAILED) << text;
    EXPECT_TRUE(says(text, "diverges at event ")) << text;
    EXPECT_TRUE(says(text, "was 0xa5, is 0x5a")) << text;
  }
}

TEST_P(Recording, OnAFullDiskEndsTheRun) {
  const auto [status, text] = refusal([&] { run(record("/dev/full")); });
  EXPECT_EQ(status, PHOTIC_CHECK_FAILED) << text;
  EXPECT_TRUE(says(text, "/dev/full") && says(text, std::strerror(ENOSPC))) << text;
}

TEST_P(Recording, ThatCannotBeWrittenIsNamedAtOnce) {
  const std::string nowhere = (folder_ / "missing" / "run").string();
  const auto [status, text] = refusal([&] { Device::open(record(nowhere)); });
  EXPECT_NE(status, PHOTIC_OK);
  EXPECT_TRUE(says(text, nowhere)) << text;
}

}  // namespace
}  // namespace photic
