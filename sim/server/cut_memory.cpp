// SPDX-License-Identifier: Apache-2.0
// A handler of SIGBUS, in calls that a handler may make.
#include "sim/server/cut_memory.h"

#include <sys/mman.h>

#include <csignal>
#include <cstdint>

namespace photic::sim {
namespace {

constexpr uintptr_t kPage = 4096;

thread_local volatile bool touching = false;
thread_local volatile bool was_cut = false;

void replace_page(int, siginfo_t* info, void*) {
  const uintptr_t page = reinterpret_cast<uintptr_t>(info->si_addr) & ~(kPage - 1);
  const bool ours = touching && info->si_code == BUS_ADRERR;
  if (!ours || mmap(reinterpret_cast<void*>(page), kPage, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
    std::signal(SIGBUS, SIG_DFL);  // the access is repeated and ends the process
    return;
  }
  was_cut = true;
}

}  // namespace

void survive_cut_memory() {
  struct sigaction action {};
  action.sa_sigaction = replace_page;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
}

Touch::Touch() {
  was_cut = false;
  touching = true;
}

Touch::~Touch() {
  touching = false;
}

bool Touch::cut() const {
  return was_cut;
}

}  // namespace photic::sim
