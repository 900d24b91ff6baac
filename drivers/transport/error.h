// SPDX-License-Identifier: Apache-2.0
// The failure every transport reports: a status of the contract and a sentence on what, where and what helps.
#pragma once

#include <stdexcept>
#include <string>

#include "drivers/abi/descriptors.h"

namespace photic::transport {

class Error : public std::runtime_error {
 public:
  Error(abi::Status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  abi::Status status() const { return status_; }

 private:
  abi::Status status_;
};

}  // namespace photic::transport
