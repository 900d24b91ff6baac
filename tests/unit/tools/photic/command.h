// SPDX-License-Identifier: Apache-2.0
// The photic command as a test runs it.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/unit/host/support.h"

namespace photic::tools {

class Command : public testing::Test {
 protected:
  /// Runs photic with no data set within reach; keeps what it printed, errors included. Returns its exit
  /// status.
  int run(const std::string& arguments) {
    const std::string command = "cd '" + folder_.path().string() + "' && PHOTIC_DATA=. XDG_CACHE_HOME=. '" +
                                PHOTIC_COMMAND + "' " + arguments + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    output_.clear();
    std::array<char, 4096> buffer{};
    for (size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      output_.append(buffer.data(), n);
    }
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  bool says(const std::string& text) const { return output_.find(text) != std::string::npos; }

  host::test::TemporaryFolder folder_;
  std::string output_;
};

}  // namespace photic::tools
