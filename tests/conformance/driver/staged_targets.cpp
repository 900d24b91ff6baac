// SPDX-License-Identifier: Apache-2.0
// The lists of targets and of the ways to them.
#include "tests/conformance/driver/stage.h"

namespace photic::test {

std::vector<StagedTarget> directly(const std::vector<TargetUri>& targets) {
  std::vector<StagedTarget> all;
  for (const TargetUri& target : targets) {
    all.push_back({target.name, target.uri});
  }
  return all;
}

std::vector<StagedTarget> staged_opu_targets() {
  return staged(opu_targets());
}

std::vector<StagedTarget> staged_spu_targets() {
  return staged(spu_targets());
}

std::vector<StagedTarget> all_staged_targets() {
  std::vector<StagedTarget> all;
  for (const StagedTarget& target : staged_opu_targets()) {
    all.push_back({"Opu" + target.name, target.uri, target.way});
  }
  for (const StagedTarget& target : staged_spu_targets()) {
    all.push_back({"Spu" + target.name, target.uri, target.way});
  }
  return all;
}

}  // namespace photic::test
