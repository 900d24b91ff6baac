// SPDX-License-Identifier: Apache-2.0
// Replaces the global simulation context.
#include "hw/base/kernel_session.h"

#include <atomic>
#include <systemc>

namespace photic::hw {
namespace {

std::atomic<bool> in_use{false};

}  // namespace

KernelSession::KernelSession() {
  if (in_use.exchange(true)) {
    throw KernelBusyError(
        "this process already runs a SystemC device, and SystemC simulates one at a time: close it first, or "
        "give each "
        "device a process of its own");
  }
  sc_core::sc_curr_simcontext = new sc_core::sc_simcontext;
  sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
}

KernelSession::~KernelSession() {
  delete sc_core::sc_curr_simcontext;
  sc_core::sc_curr_simcontext = nullptr;
  sc_core::sc_default_global_context = nullptr;
  in_use = false;
}

}  // namespace photic::hw
