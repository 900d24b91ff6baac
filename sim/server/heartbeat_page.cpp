// SPDX-License-Identifier: Apache-2.0
// The heartbeat's page and thread.
#include "sim/server/heartbeat_page.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>

#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"

namespace photic::sim {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(5);
constexpr auto kPatience = std::chrono::seconds(1);

bool hung_up(int socket) {
  pollfd state{socket, POLLRDHUP, 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP)) != 0;
}

}  // namespace

HeartbeatPage::HeartbeatPage(const std::atomic<uint64_t>& progress)
    : progress_(progress), memory_(memfd_create("photic-heartbeat", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  void* page = MAP_FAILED;
  if (memory_ && ftruncate(memory_.get(), abi::kHeartbeatSize) == 0) {
    page = mmap(nullptr, abi::kHeartbeatSize, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
    // Clients share it one after the other: none may cut or write what the next one reads.
    fcntl(memory_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
  }
  if (page == MAP_FAILED) {
    throw transport::Error(abi::Status::OUT_OF_MEMORY,
                           std::string("the heartbeat page cannot be made: ") + std::strerror(errno));
  }
  counter_ = static_cast<uint64_t*>(page) + abi::kHeartbeatOffset / sizeof(uint64_t);
  thread_ = std::thread([this] { run(); });
}

HeartbeatPage::~HeartbeatPage() {
  stop_ = true;
  thread_.join();
  munmap(counter_ - abi::kHeartbeatOffset / sizeof(uint64_t), abi::kHeartbeatSize);
}

void HeartbeatPage::beat() {
  std::atomic_ref(*counter_).store(progress_.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

void HeartbeatPage::run() {
  auto last_seen = std::chrono::steady_clock::now();
  while (!stop_) {
    beat();
    const int socket = socket_;
    const auto now = std::chrono::steady_clock::now();
    if (socket < 0 || !hung_up(socket)) {
      last_seen = now;
    } else if (now - last_seen > kPatience) {
      _exit(EXIT_SUCCESS);
    }
    std::this_thread::sleep_for(kInterval);
  }
}

}  // namespace photic::sim
