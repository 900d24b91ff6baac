// SPDX-License-Identifier: Apache-2.0
// SPU_WRITE, SPU_READ, and what a run writes in the same way.
#include "drivers/abi/timing.h"
#include "hw/base/clock_domain.h"
#include "hw/spu/control.h"
#include "models/kernels/spu/region.h"

namespace photic::hw {
namespace {

constexpr uint64_t kWordBytes = sizeof(uint64_t);

}  // namespace

void SpuControl::Transfer::advance() {
  if (++index == words) {
    index = 0;
    ++unit;
  }
}

void SpuControl::fetch() {
  scanned_ = scanned_ && !kernels::spu::is_program(memory_.region);
  rd_req->push({memory_.source, memory_.words * memory_.cores});
  state_.set(State::WRITE);
}

void SpuControl::write() {
  if (rd_data->empty()) {
    return;
  }
  const ReadWord& word = rd_data->pop();
  if (word.error && !read_error_.failed) {
    const uint64_t unit = transfer_.unit - memory_.core;
    read_error_ = {true, memory_.source + kWordBytes * (unit * transfer_.words + transfer_.index)};
  }
  if (!read_error_.failed) {
    units->write(transfer_.unit, transfer_.region, transfer_.word(), word.data);
  }
  transfer_.advance();
  if (!transfer_.left()) {
    state_.set(State::FINISH);
  }
}

void SpuControl::request(uint64_t address) {
  if (!wr_req->full()) {
    const uint32_t units_asked = transfer_.last_unit - transfer_.unit + 1;
    wr_req->push({address, transfer_.words * units_asked});
    state_.set(State::READ);
  }
}

void SpuControl::read() {
  const uint64_t cycle = clock_.now();
  const size_t flying = flying_.size();
  if (flying != 0 && flying_.front().due == cycle) {
    wr_data->push(flying_.front().data);
    flying_.pop_front();
  }
  if (!transfer_.left()) {
    if (flying == 0) {
      state_.set(transfer_.back);
    }
    return;
  }
  if (wr_data->count() + flying < abi::kFifoWriteData) {
    flying_.push_back(
        {cycle + abi::kSpuMemoryCycles, units->read(transfer_.unit, transfer_.region, transfer_.word())});
    transfer_.advance();
  }
}

}  // namespace photic::hw
