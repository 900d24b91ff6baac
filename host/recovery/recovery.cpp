// SPDX-License-Identifier: Apache-2.0
// The loop around a piece of work.
#include "host/recovery/recovery.h"

#include <string>

namespace photic::host {
namespace {

Remedy remedy_of(uint32_t retry) {
  return retry == 1 ? Remedy::kSendAgain : retry == 2 ? Remedy::kReset : Remedy::kReopen;
}

}  // namespace

bool survivable(photic_status status) {
  switch (status) {
    case PHOTIC_DMA_READ_ERROR:
    case PHOTIC_DMA_WRITE_ERROR:
    case PHOTIC_TIMEOUT:
    case PHOTIC_LINK_ERROR:
    case PHOTIC_DEPENDENCY_FAILED:
    case PHOTIC_PROTOCOL_ERROR:
    case PHOTIC_DEVICE_LOST:
      return true;
    default:
      return false;
  }
}

void Recovery::run(const std::function<void()>& work, const std::function<Remedy(Remedy)>& revive) {
  std::string story;
  for (uint32_t retry = 0;; ++retry) {
    try {
      if (retry > 0) {
        const Remedy taken = revive(remedy_of(retry));
        failures_.resets += taken == Remedy::kReset ? 1 : 0;
        failures_.reopenings += taken == Remedy::kReopen ? 1 : 0;
      }
      work();
      return;
    } catch (const photic::Error& error) {
      story += (retry == 0 ? "" : "; then ") + std::string(error.what());
      // A device that was there and cannot be found is one that died.
      const bool curable = survivable(error.status()) || (retry > 0 && error.status() == PHOTIC_NOT_FOUND);
      if (!curable || retry >= policy_.retries) {
        throw photic::Error(error.status(),
                            retry == 0 ? story : "failed " + std::to_string(retry + 1) + " times: " + story);
      }
      failures_.list.push_back({photic_status_name(error.status()), error.what(), retry + 1});
    }
  }
}

}  // namespace photic::host
