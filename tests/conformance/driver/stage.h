// SPDX-License-Identifier: Apache-2.0
// What has to stand before a target can be opened, and the URI it is then opened by.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/conformance/driver/targets.h"

namespace photic::test {

/// How a test reaches its device.
enum class Way : uint8_t {
  kDirectly,
  kRemote,  ///< In a photic-device that was there before.
  kRecord,  ///< Its device, recorded.
  kReplay,  ///< The recording that the same test left by kRecord, which runs before.
};

/// A target, the way to it, and the name its tests carry.
struct StagedTarget {
  std::string name;
  std::string uri;
  Way way = Way::kDirectly;
};

/// Nothing but the targets themselves.
std::vector<StagedTarget> directly(const std::vector<TargetUri>& targets);
/// Every form of URI that reaches a device of a kind: the targets themselves, then the golden one by all
/// other ways.
std::vector<StagedTarget> staged(const std::vector<TargetUri>& targets);
std::vector<StagedTarget> staged_opu_targets();
std::vector<StagedTarget> staged_spu_targets();
/// Those of every kind.
std::vector<StagedTarget> all_staged_targets();

/// Starts what the way of a target needs, and ends it with itself.
class Stage {
 public:
  explicit Stage(const StagedTarget& target);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const std::string& uri() const { return uri_; }

 private:
  class Server;
  std::unique_ptr<Server> server_;
  std::string uri_;
};

}  // namespace photic::test
