// SPDX-License-Identifier: Apache-2.0
// Reads completion details.
#include "drivers/api/fault.h"

#include <array>
#include <cstdio>

namespace photic::api {
namespace {

constexpr std::array<const char*, std::tuple_size_v<Operands>> kOperandNames{"source", "destination",
                                                                             "trace"};

// A command the driver ended never had a detail.
bool ended_by_device(const Event& event) {
  return event.is_done() && event.reason.empty();
}

}  // namespace

std::optional<MemoryFault> memory_fault(const Event& event) {
  if (!ended_by_device(event)) {
    return std::nullopt;
  }
  const bool writing = event.status == abi::Status::DMA_WRITE_ERROR;
  if (!writing && event.status != abi::Status::DMA_READ_ERROR &&
      event.status != abi::Status::INVALID_EVENTS) {
    return std::nullopt;
  }
  MemoryFault fault;
  fault.address = event.detail;
  // The first operand is read, the others are written.
  const size_t first = writing ? 1 : 0;
  const size_t last = writing ? event.operands.size() : 1;
  for (size_t i = first; i < last && !fault.operand; ++i) {
    const Operand& operand = event.operands[i];
    if (operand.bytes > 0 && event.detail >= operand.address &&
        event.detail - operand.address <= operand.bytes) {
      fault.operand = i;
      fault.offset = event.detail - operand.address;
    }
  }
  return fault;
}

std::optional<abi::SpuPlace> program_fault(const Event& event) {
  if (!ended_by_device(event) ||
      (event.status != abi::Status::INVALID_PROGRAM && event.status != abi::Status::LINK_ERROR)) {
    return std::nullopt;
  }
  return abi::SpuPlace::unpack(event.detail);
}

namespace {

// " at ..." or " in ..."; empty if the command named no place.
std::string where(const Event& event, const abi::SpuPreset& sizes) {
  if (const auto fault = memory_fault(event)) {
    std::array<char, 32> address{};
    std::snprintf(address.data(), address.size(), " at 0x%llX",
                  static_cast<unsigned long long>(fault->address));
    return address.data() + (fault->operand ? ", byte " + std::to_string(fault->offset) + " of its " +
                                                  kOperandNames[*fault->operand]
                                            : std::string());
  }
  if (const auto place = program_fault(event)) {
    const std::string unit =
        place->core == sizes.cores() ? "the input/output unit" : "core " + std::to_string(place->core);
    return " in " + unit + ", region " + std::string(abi::name(place->region)) + ", word " +
           std::to_string(place->word);
  }
  return {};
}

}  // namespace

std::string story(const Event& event, const abi::SpuPreset& sizes) {
  return std::string(abi::name(event.status)) + where(event, sizes) + ": " +
         (event.reason.empty() ? std::string(abi::describe(event.status)) : event.reason);
}

}  // namespace photic::api
