// SPDX-License-Identifier: Apache-2.0
// How a call of the driver's C++ API ended.
#pragma once

#include <functional>
#include <string>

#include "drivers/api/photic.hpp"

namespace photic::test {

/// OK, or the status of the Error that `call` threw, whose words go to `*text`.
inline photic_status status_of(const std::function<void()>& call, std::string* text = nullptr) {
  try {
    call();
  } catch (const Error& error) {
    if (text) {
      *text = error.what();
    }
    return error.status();
  }
  return PHOTIC_OK;
}

}  // namespace photic::test
