// SPDX-License-Identifier: Apache-2.0
// The laws every medium obeys, as checks that name what is broken.
#pragma once

#include <string>
#include <vector>

#include "models/optics/medium.h"

namespace photic::optics {

/// One law, judged: `measured` may differ from `theory` by `bound`.
struct Verdict {
  std::string law;
  double measured = 0;
  double theory = 0;
  double bound = 0;

  bool holds() const { return measured >= theory - bound && measured <= theory + bound; }
};

/// The whole suite on a medium of at least 4096 mirrors and 8192 pixels.
std::vector<Verdict> judge(const Medium& medium);

}  // namespace photic::optics
