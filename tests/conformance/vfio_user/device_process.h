// SPDX-License-Identifier: Apache-2.0
// photic-device as a process of a test's own.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace photic::test {

/// A photic-device that listens; it ends with this object.
class DeviceProcess {
 public:
  explicit DeviceProcess(const std::string& uri, std::vector<std::string> options = {});
  ~DeviceProcess();
  DeviceProcess(const DeviceProcess&) = delete;
  DeviceProcess& operator=(const DeviceProcess&) = delete;

  const std::string& path() const { return path_; }
  pid_t pid() const { return pid_; }
  /// Descriptors and threads it has now.
  size_t descriptors() const;
  size_t threads() const;

 private:
  std::string folder_;
  std::string path_;
  pid_t pid_ = -1;
};

/// A target and the name its tests carry.
struct ServedTarget {
  std::string name;
  std::string uri;
  bool spiking;
};

/// Whatever is behind the socket, the protocol is the same.
std::vector<ServedTarget> served_targets();

class Served : public testing::TestWithParam<ServedTarget> {
 protected:
  DeviceProcess process{GetParam().uri};
};

std::string name_of_served(const testing::TestParamInfo<ServedTarget>& target);

}  // namespace photic::test
