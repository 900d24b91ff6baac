// SPDX-License-Identifier: Apache-2.0
// The functions that photic_spu_core_proxy.sv calls.
#include "sim/verilated/spu_cores.h"

#include <svdpi.h>

#include <utility>

namespace photic::verilated {
namespace {
thread_local MakeCore make_core;
}

CoreScope::CoreScope(MakeCore make) {
  make_core = std::move(make);
}
CoreScope::~CoreScope() {
  make_core = nullptr;
}

}  // namespace photic::verilated

extern "C" {

void* photic_spu_core_model(unsigned int index, unsigned int place) {
  return photic::verilated::make_core(index, place);
}

void photic_spu_core_clock(void* core, svBit reset_n, unsigned int pulses, unsigned int step,
                           unsigned int base, unsigned int seed, unsigned long long bus,
                           unsigned long long bus_data, unsigned int taken, unsigned long long n_in,
                           unsigned long long e_in, unsigned long long s_in, unsigned long long w_in,
                           unsigned int* given, unsigned long long* fault, unsigned long long* answer,
                           unsigned long long* n_out, unsigned long long* e_out, unsigned long long* s_out,
                           unsigned long long* w_out) {
  const photic::verilated::CoreOutputs out = static_cast<photic::verilated::CoreModel*>(core)->clock(
      {reset_n != 0, pulses, step, base, seed, bus, bus_data, taken, n_in, e_in, s_in, w_in});
  *given = out.given;
  *fault = out.fault;
  *answer = out.answer;
  *n_out = out.n;
  *e_out = out.e;
  *s_out = out.s;
  *w_out = out.w;
}
}
