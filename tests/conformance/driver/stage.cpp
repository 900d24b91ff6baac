// SPDX-License-Identifier: Apache-2.0
// Starts devices, and keeps the recordings of a run of the tests.
#include "tests/conformance/driver/stage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "tests/conformance/vfio_user/device_process.h"

namespace photic::test {
namespace {

// The recordings of this run, gone with it.
class Recordings {
 public:
  Recordings() {
    std::string name = (std::filesystem::temp_directory_path() / "photic-recordings-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    folder_ = name;
  }
  ~Recordings() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Recordings(const Recordings&) = delete;
  Recordings& operator=(const Recordings&) = delete;

  // The running test's, whichever way it takes to its device: `stem` tells kinds of device apart.
  std::filesystem::path of_this_test(const std::string& stem) const {
    const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test.test_suite_name()) + "." + test.name();
    name = name.substr(0, name.rfind('/')) + "." + stem;
    std::replace(name.begin(), name.end(), '/', '.');
    return folder_ / name;
  }

 private:
  std::filesystem::path folder_;
};

Recordings& recordings() {
  static Recordings kept;
  return kept;
}

// "opu" of "golden:opu?...".
std::string kind_of(const std::string& uri) {
  const size_t colon = uri.find(':') + 1;
  return uri.substr(colon, uri.find('?') - colon);
}

}  // namespace

std::vector<StagedTarget> staged(const std::vector<TargetUri>& targets) {
  std::vector<StagedTarget> all = directly(targets);
  const std::string golden = targets.front().uri;
  all.push_back({"Remote", golden, Way::kRemote});
  all.push_back({"Faulty", "fault:slow,us=1:" + golden});
  all.push_back({"Recorded", golden, Way::kRecord});
  all.push_back({"Replayed", golden, Way::kReplay});
  return all;
}

class Stage::Server : public DeviceProcess {
 public:
  using DeviceProcess::DeviceProcess;
};

Stage::Stage(const StagedTarget& target) : uri_(target.uri) {
  switch (target.way) {
    case Way::kDirectly:
      break;
    case Way::kRemote:
      server_ = std::make_unique<Server>(target.uri);
      uri_ = "remote:" + server_->path();
      break;
    case Way::kRecord:
      uri_ = "record:" + recordings().of_this_test(kind_of(target.uri)).string() + ":" + target.uri;
      break;
    case Way::kReplay: {
      const std::filesystem::path file = recordings().of_this_test(kind_of(target.uri));
      if (!std::filesystem::exists(file)) {
        throw std::runtime_error("nothing to replay: run the same test on the Recorded target before");
      }
      uri_ = "replay:" + file.string();
      break;
    }
  }
}

Stage::~Stage() = default;

}  // namespace photic::test
