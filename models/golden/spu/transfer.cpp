// SPDX-License-Identifier: Apache-2.0
// Buffers that end where bursts end, one after the other.
#include "models/golden/spu/transfer.h"

#include <algorithm>

namespace photic::golden {

namespace {

constexpr unsigned kBuffersAPiece = 64;

}  // namespace

void SpuTransfer::start(const abi::SpuMemory& command) {
  command_ = command;
  total_ = uint64_t{command.words} * command.cores;
  moved_ = 0;
  core_ = command.core;
  word_ = 0;
  refused_.reset();
  mesh_.settle_hops();
}

std::optional<Outcome> SpuTransfer::step() {
  const bool write = command_.opcode == abi::Opcode::SPU_WRITE;
  for (unsigned i = 0; i < kBuffersAPiece && moved_ < total_; ++i) {
    const uint64_t address = (write ? command_.source : command_.destination) + 8 * moved_;
    const uint64_t to_boundary = buffer_.size() - (address / 8) % buffer_.size();
    const auto count = static_cast<size_t>(std::min(total_ - moved_, to_boundary));
    move(address, std::span(buffer_).first(count));
    moved_ += count;
  }
  if (moved_ < total_) {
    return std::nullopt;
  }
  if (!refused_) {
    return Outcome{};
  }
  return Outcome{write ? abi::Status::DMA_READ_ERROR : abi::Status::DMA_WRITE_ERROR, *refused_};
}

void SpuTransfer::move(uint64_t address, std::span<uint64_t> words) {
  uint32_t word = 0;
  if (command_.opcode == abi::Opcode::SPU_READ) {
    for (uint64_t& value : words) {
      const SpuUnit& unit = next_unit(word);
      value = unit.read(command_.region, word);
    }
    const auto refused = bus_.write(address, words);
    refused_ = refused_ ? refused_ : refused;
    return;
  }
  const auto refused = bus_.read(address, words);
  if (refused_) {
    return;
  }
  const uint64_t good = refused ? (*refused - address) / 8 : words.size();
  for (uint64_t i = 0; i < good; ++i) {
    SpuUnit& unit = next_unit(word);
    unit.write(command_.region, word, words[i]);
  }
  refused_ = refused;
}

SpuUnit& SpuTransfer::next_unit(uint32_t& word) {
  SpuUnit& unit = mesh_.units()[core_];
  word = command_.word + word_;
  if (++word_ == command_.words) {
    word_ = 0;
    ++core_;
  }
  return unit;
}

}  // namespace photic::golden
